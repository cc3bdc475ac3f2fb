import Foundation
import Glibc
import TestSupport
import Testing

extension `The program` {
    /// What stands at the path of a scenario but is none.
    @Suite struct `A file that is no scenario is refused` {
        private static let refusal = `A bad scenario is refused`.self

        private static func expect(
            _ name: String, in folder: TemporaryFolder, _ message: String
        ) throws {
            for command in ["run", "compare", "validate"] {
                try refusal.expectRefusal([command, name], in: folder, message)
            }
        }

        @Test(arguments: ["", "# nothing\n\n", "---\n", "name: x\n", "null\n"])
        func `one that says nothing of data`(text: String) throws {
            let folder = try TemporaryFolder()
            try folder.write("bad.yaml", text)
            let line = text.hasPrefix("---") ? 2 : 1
            try Self.expect(
                "bad.yaml", in: folder,
                "bad.yaml:\(line):1: error: data.dataset: expected a data set such as 'data: {"
                    + " dataset: digits }', found no value; choose one of 'hyperfed list datasets'")
        }

        @Test func `a folder, a pipe, a device`() throws {
            let folder = try TemporaryFolder()
            try #require(mkdir(folder.path("folder"), 0o755) == 0)
            try #require(mkfifo(folder.path("pipe"), 0o644) == 0)
            for (name, found) in [
                ("folder", "a folder; name a file in it"),
                ("pipe", "a pipe; write - in its place and send it to standard input"),
                ("/dev/zero", "a device"),
                ("/dev/null", "a device"),
            ] {
                try Self.expect(
                    name, in: folder, "error: \(name): expected a scenario file, found \(found)")
            }
        }

        @Test func `bytes that are no text, and what is too large`() throws {
            let folder = try TemporaryFolder()
            for (name, bytes, found) in [
                ("gzip", [0x1F, 0x8B, 8, 0], "a gzip file; unpack it first"),
                ("zip", [0x50, 0x4B, 3, 4, 0xFF], "a zip file; unpack it first"),
                ("wide", [0xFF, 0xFE, 0x61, 0], "UTF-16; save it as UTF-8"),
                ("latin", [0x61, 0x3A, 0xE9], "other bytes; save it as UTF-8"),
            ] as [(String, [UInt8], String)] {
                try folder.write(name, bytes)
                try Self.expect(
                    name, in: folder,
                    "error: \(name): expected a scenario as text in UTF-8, found \(found)")
            }
            try folder.write("large", [UInt8](repeating: 0x61, count: (1 << 20) + 1))
            try Self.expect(
                "large", in: folder,
                "error: large: expected a scenario of at most 1048576 bytes, found 1048577 bytes")
        }

        @Test func `a link to itself`() throws {
            let folder = try TemporaryFolder()
            try #require(symlink("loop", folder.path("loop")) == 0)
            try Self.expect(
                "loop", in: folder,
                "error: loop: expected hyperfed to read it, found an error (Too many levels of"
                    + " symbolic links, errno 40)")
        }

        @Test(.enabled(if: geteuid() != 0, "root reads every file"))
        func `one that may not be read`() throws {
            let folder = try TemporaryFolder()
            try folder.write("closed", "data: { dataset: digits }")
            try #require(chmod(folder.path("closed"), 0) == 0)
            try Self.expect(
                "closed", in: folder,
                "error: closed: expected hyperfed to read it, found an error (Permission denied,"
                    + " errno 13)")
        }

        @Test func `two scenarios in one file, a list, a word`() throws {
            let folder = try TemporaryFolder()
            for (text, message) in [
                (
                    "data: { dataset: digits }\n---\nseed: 2\n",
                    "2:1: error: expected one YAML document, found a second one; leave out '---'"
                ),
                ("- a\n", "1:1: error: expected a mapping of keys, found a list"),
                ("a\n", "1:1: error: expected a mapping of keys, found 'a'"),
            ] {
                try folder.write("bad.yaml", text)
                try Self.expect("bad.yaml", in: folder, "bad.yaml:\(message)")
            }
        }
    }
}
