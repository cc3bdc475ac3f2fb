import Glibc

/// Errors and texts about shared memory that is missing.
package enum SharedMemory {
    /// There is too little shared memory now.
    package struct Shortage: Error, CustomStringConvertible {
        let needed: Int
        let found: Int
        /// The path of the file that needs the memory, in the private folder of a run.
        let path: String

        /// The shortage as a sentence.
        package var description: String {
            let parent = path.split(separator: "/").dropLast(2).map { "/\($0)" }.joined()
            return SharedMemory.problem(needed: needed, found: found, in: parent)
        }
    }

    /// Returns the message that there is too little memory, and what to do.
    static func problem(needed: Int, found: Int, in folder: String) -> String {
        "expected \(text(needed)) of shared memory in \(folder) for the models and updates of the"
            + " client processes, found \(text(found, .down)); set clients.transport: tcp,"
            + " use fewer client processes, or make \(folder) larger"
    }

    /// Returns bytes as text, such as "71 MB". Round needed bytes up and available bytes down.
    static func text(_ bytes: Int, _ rule: FloatingPointRoundingRule = .up) -> String {
        if bytes < 2_000_000 { return "\(Int((Double(bytes) / 1e3).rounded(rule))) kB" }
        let megabytes = (Double(bytes) / 1e6).rounded(rule)
        return megabytes < 10_000
            ? "\(Int(megabytes)) MB" : "\(Int((Double(bytes) / 1e9).rounded(rule))) GB"
    }
}

/// The space of a file system.
struct FileSystemRoom {
    /// The bytes that are still free.
    let free: Int
    /// The bytes of the whole file system.
    let total: Int

    /// Reads the file system of a folder. The result is nil if the system does not report it.
    init?(of folder: String) {
        var status = statvfs()
        guard statvfs(folder, &status) == 0 else { return nil }
        // A file system may report any number, so the product is checked.
        func bytes(_ blocks: UInt) -> Int {
            let (bytes, overflows) = blocks.multipliedReportingOverflow(by: status.f_frsize)
            return overflows ? .max : Int(clamping: bytes)
        }
        (free, total) = (bytes(status.f_bavail), bytes(status.f_blocks))
    }
}
