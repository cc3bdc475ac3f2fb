import Foundation
import TestSupport
import Testing

extension `The program` {
    /// The commands of the manifests, executed here as processes: without a cluster.
    @Suite(.slow) struct `The manifests for Kubernetes` {
        /// Returns the script of a manifest: the block behind `- |`.
        private static func script(_ name: String) throws -> String {
            let text = try #require(SourceTree.text(of: "Documentation/kubernetes/\(name)"))
            let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
            let first = try #require(lines.firstIndex { $0.hasSuffix("- |") })
            let indent = try #require(lines[first].firstIndex(of: "-")).utf16Offset(
                in: lines[first])
            let script = lines[(first + 1)...].prefix { line in
                line.isEmpty || line.prefix(indent + 1).allSatisfy { $0 == " " }
            }
            return script.joined(separator: "\n")
        }

        private static func pod(
            _ index: Int, _ script: String, _ folder: TemporaryFolder
        ) throws -> RunningProgram {
            let program = try HyperfedProgram.path()
            let bin = URL(fileURLWithPath: program).deletingLastPathComponent().path
            let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
            return try RunningProgram(
                "/bin/sh", ["-c", script], in: folder,
                environment: [
                    "PATH": "\(bin):\(path)", "JOB_COMPLETION_INDEX": "\(index)",
                    "RESULTS": folder.path, "SCENARIO": folder.path("small.yaml"), "SHARES": "2",
                    "KEYS": folder.path("keys"), "COORDINATOR": "127.0.0.1",
                    "PORT": folder.text("port"), "HYPERFED_CACHE": folder.path("cache"),
                ])
        }

        @Test func `share the runs of a comparison`() throws {
            let folder = try TemporaryFolder()
            try folder.write(
                "small.yaml",
                `The program`.scenario + "\ncompare:\n  seeds: [1, 2, 3]\n  variants: { a: {} }\n")
            let script = try Self.script("comparison.yaml")
            for pod in try [0, 1].map({ try Self.pod($0, script, folder) }) {
                let ending = try pod.end(within: 120)
                #expect(ending.exitCode == 0, "\(ending.errors)")
            }
            #expect(
                folder.text("comparison/comparison.csv").split(separator: "\n").count == 4)
        }

        @Test func `run a coordinator and clients, and go on after its end`() throws {
            let folder = try TemporaryFolder()
            let words = ["training.rounds=400", "training.local_epochs=100"]
            try folder.write(
                "small.yaml",
                `The program`.scenario.replacing(
                    "rounds: 8, local_epochs: 2",
                    with:
                        "rounds: 400, local_epochs: 100"))
            for name in ["coordinator", "client"] {
                let ending = try HyperfedProgram.run(
                    ["keys", "new", name, "--folder", "keys"], in: folder)
                try #require(ending.exitCode == 0, "\(ending.errors)")
            }
            let list = try HyperfedProgram.run(
                ["keys", "authorise", "keys/clients.txt", "keys/client.public"], in: folder)
            try #require(list.exitCode == 0, "\(list.errors)")
            // Below the ports that the kernel gives away by itself.
            try folder.write("port", "\(Int.random(in: 10_000...30_000))")
            let script = try Self.script("run.yaml")
            let first = try Self.pod(0, script, folder)
            let clients = try [1, 2].map { try Self.pod($0, script, folder) }
            #expect(eventually(within: 60) { `The program`.rounds(folder, "run") >= 20 })
            first.signal(SIGTERM)
            #expect(try first.end(within: 30).exitCode == 143)
            // Kubernetes starts the failed pod again. The others go on.
            let pods = [try Self.pod(0, script, folder)] + clients
            for pod in pods {
                let ending = try pod.end(within: 120)
                #expect(ending.exitCode == 0, "\(ending.errors)")
            }
            let reference = try `The program`.files(
                `The program`.scenario, words.flatMap { ["--set", $0] })
            #expect(try RunFiles(folder, "run").difference(from: reference) == nil)
        }
    }
}
