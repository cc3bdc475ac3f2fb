import Foundation
import TestSupport
import Testing

extension `The program` {
    /// What needs no other tool.
    @Suite struct `Benchmarks against other tools` {
        private static let advice =
            "Scripts/yardsticks/install FOLDER installs all packages, then"
            + " PATH=FOLDER/bin:$PATH hyperfed bench peers"
        private static let names = ["Flower", "pfl", "NumPy over ZeroMQ", "JAX, compiled"]

        /// A folder with files of the scripts' names, and a folder `bin` for programs.
        private static func projectFolder() throws -> TemporaryFolder {
            let folder = try TemporaryFolder()
            for tool in ["flower", "pfl", "zeromq", "jax"] {
                try folder.write("Scripts/yardsticks/peer_\(tool).py", "")
            }
            try folder.write("bin/nothing", "")
            return folder
        }

        /// Writes a python3 that answers a question about modules with a text.
        private static func python(_ answer: String, in folder: TemporaryFolder) throws {
            try folder.write("bin/python3", "#!/bin/sh\necho '\(answer)'\n")
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o755], ofItemAtPath: folder.path("bin/python3"))
        }

        /// The lines that `hyperfed bench peers` prints below its title.
        private static func lines(
            in folder: TemporaryFolder, path: String
        ) throws -> [String] {
            let ending = try HyperfedProgram.run(
                ["bench", "peers"], in: folder, environment: ["PATH": path])
            #expect(ending.exitCode == 0 && ending.errors == "", "\(ending.errors)")
            let lines = ending.output.split(separator: "\n").map(String.init)
            #expect(lines.first?.hasPrefix("peers: ") == true)
            return Array(lines.dropFirst())
        }

        @Test func `are in the help`() throws {
            let ending = try HyperfedProgram.run(["bench", "--help"], in: TemporaryFolder())
            #expect(ending.exitCode == 0)
            #expect(ending.output.contains("\n  peers: seconds of a round against Flower, pfl,"))
        }

        @Test func `name the command that installs missing packages`() throws {
            let folder = try Self.projectFolder()
            try Self.python("missing alpha beta", in: folder)
            let path = "\(folder.path("bin")):/usr/bin:/bin"
            #expect(
                try Self.lines(in: folder, path: path)
                    == Self.names.map {
                        "  \($0): not measured (python3 has no alpha, beta; \(Self.advice))"
                    })
        }

        @Test func `go on without Python`() throws {
            let folder = try Self.projectFolder()
            #expect(
                try Self.lines(in: folder, path: folder.path("bin"))
                    == Self.names.map {
                        "  \($0): not measured (python3 on the PATH: expected one that runs, found"
                            + " none; \(Self.advice))"
                    })
        }

        @Test func `go on outside the project's folder`() throws {
            let lines = try Self.lines(in: TemporaryFolder(), path: "/usr/bin:/bin")
            #expect(lines.count == 4)
            #expect(
                lines[0]
                    == "  Flower: not measured (Scripts/yardsticks/peer_flower.py: expected a file,"
                    + " found none; run hyperfed in the project's folder)")
        }

        @Test func `install asks for a folder`() throws {
            let script = try #require(SourceTree.text(of: "Scripts/yardsticks/install"))
            let folder = try TemporaryFolder()
            try folder.write("install", script)
            for words in [[], ["--help"], ["a", "b"]] {
                let ending = try RunningProgram("/bin/sh", ["install"] + words, in: folder)
                    .end(within: 10)
                #expect(ending.exitCode == 2)
                #expect(ending.errors.hasPrefix("usage: Scripts/yardsticks/install FOLDER"))
            }
        }
    }
}
