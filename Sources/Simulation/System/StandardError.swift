import Glibc
import Synchronization

/// Writes a line to standard error, whole and above the status lines, from any thread. A standard
/// error that can't be written ends nothing: there is nobody to tell.
public func writeError(_ text: String) {
    status.withLock { writeRaw($0.write(text + "\n")) }
}

/// Replaces the status lines of the terminal.
func showStatus(_ lines: [String]) {
    status.withLock { status in
        guard status.lines != lines else { return }
        writeRaw(status.show(lines))
    }
}

private func writeRaw(_ text: String) {
    try? Files.append(Array(text.utf8), to: 2, "standard error")
}

private let status = Mutex(StatusLines())

/// Writes text to standard output, whole.
///
/// The first failure is kept in `outputFailure`, for the end of the command: what a command prints
/// is also in files, and a run goes on for them. After it nothing is written any more.
public func writeOutput(_ text: String) {
    guard outputFailure == nil else { return }
    do {
        try status.withLock { status in
            // Both may be one terminal.
            let lines = status.lines
            if !lines.isEmpty { writeRaw(status.show([])) }
            defer { if !lines.isEmpty { writeRaw(status.show(lines)) } }
            try Files.append(Array(text.utf8), to: 1, "standard output")
        }
    } catch let error as SystemError {
        failure.withLock { $0 = error }
    } catch {
        failure.withLock { $0 = SystemError(operation: "\(error)", object: "", errno: 0) }
    }
}

/// Why standard output could not be written; nil when all was.
public var outputFailure: SystemError? { failure.withLock { $0 } }

private let failure = Mutex<SystemError?>(nil)

/// Puts something behind standard input, output and error where they are closed, so that no file of
/// a run gets one of their numbers. What is written to a closed standard output still fails.
public func openStandardStreams() {
    for descriptor: Int32 in 0...2 where fcntl(descriptor, F_GETFD) < 0 {
        // The lowest number that is free: this one.
        _ = open("/dev/null", descriptor == 2 ? O_WRONLY : O_RDONLY)
    }
}
