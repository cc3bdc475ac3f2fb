import Glibc

/// Starts another program and waits for its output.
package enum ChildProgram {
    /// Returns the standard output of a program that is on the PATH. Its standard error is
    /// discarded. The output alone shows whether it succeeded.
    ///
    /// - Parameter words: the program's name and its arguments, at least one. All characters except
    ///   NUL are allowed.
    package static func output(of words: [String]) throws -> String {
        let command = words.map(shellWord).joined(separator: " ") + " 2>/dev/null"
        guard let pipe = popen(command, "r") else {
            throw SystemError.last("start it", words.joined(separator: " "))
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
}
