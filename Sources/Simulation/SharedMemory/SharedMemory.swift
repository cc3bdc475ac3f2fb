import Glibc

/// What is said about shared memory that is not there.
package enum SharedMemory {
    /// There is too little of it now.
    package struct Shortage: Error, CustomStringConvertible {
        let needed: Int
        let found: Int
        /// Of the file that should have it, in the private folder of a run.
        let path: String

        /// The shortage as a sentence.
        package var description: String {
            let parent = path.split(separator: "/").dropLast(2).map { "/\($0)" }.joined()
            return SharedMemory.problem(needed: needed, found: found, in: parent)
        }
    }

    /// That there is too little of it, and what helps.
    static func problem(needed: Int, found: Int, in folder: String) -> String {
        "expected \(text(needed)) of shared memory in \(folder) for the models and updates of the"
            + " client processes, found \(text(found, .down)); set clients.transport: tcp,"
            + " use fewer client processes, or make \(folder) larger"
    }

    /// Bytes in words: "71 MB". What is needed is rounded up, what is there down.
    static func text(_ bytes: Int, _ rule: FloatingPointRoundingRule = .up) -> String {
        if bytes < 2_000_000 { return "\(Int((Double(bytes) / 1e3).rounded(rule))) kB" }
        let megabytes = (Double(bytes) / 1e6).rounded(rule)
        return megabytes < 10_000
            ? "\(Int(megabytes)) MB" : "\(Int((Double(bytes) / 1e9).rounded(rule))) GB"
    }
}

/// How much a file system holds.
struct FileSystemRoom {
    /// Bytes that may still be written.
    let free: Int
    /// How many bytes the file system has in all.
    let total: Int

    /// The file system that a folder is on; nil where nothing is known about it.
    init?(of folder: String) {
        var status = statvfs()
        guard statvfs(folder, &status) == 0 else { return nil }
        // A file system may give any number.
        func bytes(_ blocks: UInt) -> Int {
            let (bytes, overflows) = blocks.multipliedReportingOverflow(by: status.f_frsize)
            return overflows ? .max : Int(clamping: bytes)
        }
        (free, total) = (bytes(status.f_bavail), bytes(status.f_blocks))
    }
}
