import Glibc

/// Runs another program and waits for what it prints.
package enum ChildProgram {
    /// Standard output of a program found on the PATH. What it writes to standard error is thrown
    /// away; how it ends shows in its output alone.
    ///
    /// - Parameter words: the program's name and its arguments, at least one; any characters but
    ///   NUL.
    package static func output(of words: [String]) throws -> String {
        let command = words.map(quoted).joined(separator: " ") + " 2>/dev/null"
        guard let pipe = popen(command, "r") else {
            throw SystemError.last("could not run", words.joined(separator: " "))
        }
        defer { pclose(pipe) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = fread(&buffer, 1, buffer.count, pipe)
            if count == 0 { break }
            bytes.append(contentsOf: buffer[..<count])
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// A word as a shell reads it back: in single quotes, in which only they mean something.
    private static func quoted(_ word: String) -> String {
        var text = "'"
        for scalar in word.unicodeScalars { text += scalar == "'" ? "'\\''" : String(scalar) }
        return text + "'"
    }
}
