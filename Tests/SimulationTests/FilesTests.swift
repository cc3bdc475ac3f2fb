import Foundation
import Glibc
import Simulation
import TestSupport
import Testing

@Suite struct `Files and folders` {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test func `two threads that write one file don't disturb each other`() async throws {
        let path = folder.path("file")
        let texts = (0..<4).map { [UInt8](repeating: UInt8($0), count: 100_000) }
        await withTaskGroup(of: Void.self) { group in
            for text in texts {
                group.addTask {
                    for _ in 0..<20 {
                        #expect(throws: Never.self) { try Files.write(text, to: path) }
                    }
                }
            }
        }
        #expect(texts.contains(try folder.bytes("file")))
        #expect(folder.names() == ["file"])
    }

    @Test func `somebody else's unfinished file is not written into`() throws {
        try folder.write("file.part", "theirs")
        try folder.write("file.\(getpid())-0.part", "of an earlier process with our number")
        try Files.write(Array("ours".utf8), to: folder.path("file"))
        #expect(folder.text("file") == "ours" && folder.text("file.part") == "theirs")
        Files.removeTemporaries(of: ["file"], in: folder.path)
        #expect(folder.names() == ["file"])
        try folder.write("other.7-0.part", "")
        Files.removeTemporaries(of: ["file"], in: folder.path)
        #expect(folder.names() == ["file", "other.7-0.part"])
    }

    @Test func `a file that can't be replaced stays`() throws {
        try folder.write("file/inside", "")
        let error = #expect(throws: SystemError.self) {
            try Files.write(Array("ours".utf8), to: folder.path("file"))
        }
        #expect(error?.errno == EISDIR)
        #expect(folder.names() == ["file"])
    }

    @Test func `rows are appended whole or not at all`() throws {
        try folder.write("table", "a,b\n")
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        close(ends[0])
        signal(SIGPIPE, SIG_IGN)
        #expect(throws: SystemError.self) {
            try Files.appendRows(Array("1,2\n".utf8), to: ends[1], "pipe")
        }
        close(ends[1])
        let descriptor = open(folder.path("table"), O_WRONLY | O_APPEND)
        defer { close(descriptor) }
        try Files.appendRows(Array("1,2\n".utf8), to: descriptor, "table")
        #expect(folder.text("table") == "a,b\n1,2\n")
    }

    @Test func `last words are written over what is there`() throws {
        try folder.write("file", "a long text")
        try Files.overwrite(folder.path("file"), with: Array("short".utf8))
        #expect(folder.text("file") == "short")
    }

    @Test func `a locked folder is refused, a file system without locks is not`() throws {
        do {
            let lock = try FolderLock(folder.path, holder: "run")
            #expect(lock.missing == nil)
            let error = #expect(throws: UsageError.self) {
                try FolderLock(folder.path, holder: "run")
            }
            #expect(
                error?.description
                    == "\(folder.path): expected a free folder, found it locked by another run;"
                    + " wait for its end, or choose another --output")
        }
        #expect(try FolderLock(folder.path, holder: "run").missing == nil)
        for number in [ENOLCK, ENOSYS, EOPNOTSUPP] {
            let lock = try FolderLock(folder.path, holder: "run") { _, _ in
                errno = number
                return -1
            }
            #expect(lock.missing?.errno == number)
        }
        var calls = 0
        let patient = try FolderLock(folder.path, holder: "run") { _, _ in
            calls += 1
            errno = EINTR
            return calls < 3 ? -1 : 0
        }
        #expect(patient.missing == nil && calls == 3)
        #expect(throws: SystemError.self) { try FolderLock(folder.path("none"), holder: "run") }
    }

    @Test(arguments: [
        "plain", "it's", "two words", "$HOME `ls` \"x\"", "'", "''", "\\", "*", "a\nb", "; exit 3",
        "äöü", "",
    ])
    func `another program gets the words that it is given`(word: String) throws {
        #expect(try ChildProgram.output(of: ["printf", "%s|%s", word, "end"]) == "\(word)|end")
    }
}
