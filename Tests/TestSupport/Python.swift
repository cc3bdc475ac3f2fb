import Foundation

/// The Python of this machine, for tests that compare with packages of others.
package enum Python {
    /// Runs `python3` with these arguments, in the project's folder.
    ///
    /// - Returns: what it prints; nil if there is no Python or if it fails.
    package static func output(of arguments: [String]) -> String? {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["PYTHONDONTWRITEBYTECODE=1", "python3"] + arguments
        process.currentDirectoryURL = URL(filePath: SourceTree.root)
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return nil }
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return process.terminationStatus == 0 ? String(bytes: data, encoding: .utf8) : nil
    }
}
