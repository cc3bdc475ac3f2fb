import CSystem
import Glibc
import Synchronization

/// Writes a whole line to standard error, above the status lines, from any thread. If this fails,
/// the program continues, because there is no other place for messages.
public func writeError(_ text: String) {
    status.withLock { writeRaw($0.write(text + "\n")) }
}

/// Replaces the status lines of the terminal.
func showStatus(_ lines: [String]) {
    status.withLock { status in
        guard status.lines != lines else { return }
        // A signal that ends the program at once removes the lines, too.
        if !lines.isEmpty { hyperfed_set_status_lines(1) }
        writeRaw(status.show(lines))
        if lines.isEmpty { hyperfed_set_status_lines(0) }
    }
}

/// Removes the status lines of the terminal. A command calls it before its last message.
public func endStatus() { showStatus([]) }

private func writeRaw(_ text: String) {
    try? Files.append(Array(text.utf8), to: 2, "standard error")
}

private let status = Mutex(StatusLines())

/// Writes text to standard output, whole.
///
/// The first failure is stored in `outputFailure` until the end of the command, and later calls
/// write nothing. The run continues, because the same results are in files.
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

/// The reason why standard output could not be written; nil if all text was written.
public var outputFailure: SystemError? { failure.withLock { $0 } }

private let failure = Mutex<SystemError?>(nil)

/// Whether standard output is a terminal.
public var outputIsTerminal: Bool { isatty(1) == 1 }

/// Opens a file for standard input, output and error if they are closed. So no file of a run gets
/// one of their numbers. Writing to a standard output that was closed still fails.
public func openStandardStreams() {
    for descriptor: Int32 in 0...2 where fcntl(descriptor, F_GETFD) < 0 {
        // The system uses the lowest free number, which is this one.
        _ = open("/dev/null", descriptor == 2 ? O_WRONLY : O_RDONLY)
    }
}
