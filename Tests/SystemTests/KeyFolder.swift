import TestSupport
import Testing

extension `The program` {
    /// Folders with keys for tests.
    enum KeyFolder {
        static func keys(
            _ words: [String], in folder: TemporaryFolder
        ) throws -> HyperfedProgram.Ending { try HyperfedProgram.run(["keys"] + words, in: folder) }

        /// A folder with the keys of a coordinator and of three clients, of which the first two are
        /// on the list.
        static func make() throws -> TemporaryFolder {
            let folder = try TemporaryFolder()
            try folder.write("small.yaml", `The program`.scenario)
            for name in ["coordinator", "one", "two", "three"] {
                let made = try keys(["new", name, "--folder", "k"], in: folder)
                try #require(made.exitCode == 0, "\(made.errors)")
            }
            let list = try keys(
                ["authorise", "clients.txt", "k/one.public", "k/two.public"], in: folder)
            try #require(list.exitCode == 0, "\(list.errors)")
            return folder
        }

        static func coordinator(
            _ folder: TemporaryFolder, _ words: [String] = [], bind: String = "tcp://localhost:*"
        ) throws -> (run: RunningProgram, endpoint: String) {
            let run = try HyperfedProgram.start(
                [
                    "coordinator", "small.yaml", "--output", "result", "--bind", bind, "--key",
                    "k/coordinator.secret", "--allow", "clients.txt",
                ] + words, in: folder)
            return (run, try Way(to: run).endpoint)
        }

        static func client(
            _ name: String, at endpoint: String, server: String = "coordinator",
            _ words: [String] = [], in folder: TemporaryFolder
        ) throws -> RunningProgram {
            try HyperfedProgram.start(
                [
                    "client", "--connect", endpoint, "--key", "k/\(name).secret", "--server-key",
                    "k/\(server).public",
                ] + words, in: folder)
        }

        static func publicKey(_ name: String, _ folder: TemporaryFolder) throws -> String {
            let line = folder.text("k/\(name).public").firstMatch(of: /public-key = "(.{40})"/)
            return String(try #require(line).1)
        }
    }
}
