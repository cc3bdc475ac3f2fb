import Glibc

/// Runs another program and waits for what it prints.
package enum ChildProgram {
    /// Standard output of a program found on the PATH; its standard error goes where ours goes.
    package static func output(of words: [String]) throws -> String {
        let command = words.map { "'\($0)'" }.joined(separator: " ") + " 2>/dev/null"
        guard let pipe = popen(command, "r") else {
            throw SystemError.last("could not run", words[0])
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
