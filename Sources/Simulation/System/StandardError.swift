import Glibc

/// Writes a line to standard error, whole.
public func writeError(_ text: String) { write(2, text + "\n") }

/// Writes text to standard output, whole.
public func writeOutput(_ text: String) { write(1, text) }

private func write(_ descriptor: Int32, _ text: String) {
    // Nobody can be told when this fails.
    try? Files.append(Array(text.utf8), to: descriptor, "standard output")
}
