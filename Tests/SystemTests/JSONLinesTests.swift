import Foundation
import TestSupport
import Testing

extension `The program` {
    /// What scripts read: one JSON object a line, and nothing else on standard output.
    @Suite struct `JSON lines` {
        private static let scenario = """
            name: pair
            data: { dataset: { kind: gaussian_clusters, samples: 240 } }
            clients: { count: 10, per_round: 3, processes: 1 }
            model: softmax_regression
            training: { rounds: 2 }
            compare: { seeds: [1, 2], variants: { a: {}, wild: { client.learning_rate: 1e300 } } }
            """

        private static func folder() throws -> TemporaryFolder {
            let folder = try TemporaryFolder()
            try folder.write("pair.yaml", scenario)
            return folder
        }

        private static func objects(_ output: String) throws -> [[String: Any]] {
            #expect(output.hasSuffix("\n"))
            return try output.split(separator: "\n").map { line in
                let object = try JSONSerialization.jsonObject(with: Data(line.utf8))
                return try #require(object as? [String: Any], "\(line)")
            }
        }

        /// The keys in the order of a line.
        private static func keys(_ line: Substring) -> [String] {
            line.matches(of: #/"([a-z_]+)": /#).map { String($0.output.1) }
        }

        private static let keysOfRun = [
            "event", "folder", "state", "reason", "failure", "name", "study", "variant", "grid",
            "drawn", "seed", "digest", "program", "server_optimizer", "client_optimizer",
            "correction", "server_scheduler", "client_scheduler", "parameters", "rounds",
            "rounds_done", "metric", "final_accuracy", "best_accuracy", "final_rmse", "best_rmse",
            "final_loss", "rounds_to_target", "bytes_up", "bytes_down", "bytes_to_target",
            "last_global_rate", "last_local_rate", "void_rounds", "clients_dropped",
            "clients_dropped_out", "clients_late", "clients_diverged", "clients_stale",
            "simulated_seconds", "simulated_seconds_to_target", "area_under_curve", "client_steps",
            "client_samples",
            "evaluated_clients", "clients_without_samples", "worst_tenth", "client_median",
            "best_tenth", "client_deviation", "jain_index", "target_accuracy", "target_rmse",
            "constant_prediction", "partition_key", "seconds",
        ]

        @Test func `of a plan have a planned run each, and the whole`() throws {
            let folder = try Self.folder()
            let words = ["compare", "pair.yaml", "--output", "o", "--plan", "--format", "json"]
            let before = try Self.objects(try HyperfedProgram.run(words, in: folder).output)
            try #require(before.count == 5)
            #expect(before.dropLast().allSatisfy { $0["event"] as? String == "planned_run" })
            #expect(before.dropLast().allSatisfy { $0["to_do"] as? Bool == true })
            #expect(before[0]["folder"] as? String == "o/a/seed-1")
            #expect(before[0]["rounds"] as? Int == 2 && before[0]["seconds"] as? Double ?? 0 > 0)
            let whole = before[4]
            #expect(whole["event"] as? String == "plan" && whole["to_do"] as? Int == 4)
            #expect(folder.names() == ["pair.yaml"])
            _ = try HyperfedProgram.run(
                ["compare", "pair.yaml", "--quiet", "--output", "o"], in: folder)
            let after = try Self.objects(
                try HyperfedProgram.run(words + ["--continue"], in: folder).output)
            #expect(
                after.map { $0["status"] as? String } == ["done", "done", "failed", "failed", nil])
            #expect(after[4]["to_do"] as? Int == 0)
        }

        @Test func `of a comparison have a run each, and an end`() throws {
            let folder = try Self.folder()
            let ending = try HyperfedProgram.run(
                [
                    "compare", "pair.yaml", "--quiet", "--format", "json", "--output", "o",
                    "--jobs", "1",
                ], in: folder)
            #expect(ending.exitCode == 1)
            let lines = ending.output.split(separator: "\n")
            let objects = try Self.objects(ending.output)
            try #require(objects.count == 5)
            for line in lines.dropLast() { #expect(Self.keys(line) == Self.keysOfRun) }
            #expect(
                objects.dropLast().map { $0["folder"] as? String } == [
                    "o/a/seed-1", "o/a/seed-2", "o/wild/seed-1", "o/wild/seed-2",
                ])
            #expect(
                objects.dropLast().map { $0["state"] as? String } == [
                    "finished", "finished", "failed", "failed",
                ])
            #expect(objects[0]["seed"] as? String == "1" && objects[0]["rounds_done"] as? Int == 2)
            #expect(objects[2]["failure"] as? String == "divergence")
            #expect(
                lines[4]
                    == #"{"event": "end", "folders": ["o"], "runs": 4, "finished": 2, "failed": 2, "#
                    + #""missing": 0, "exit_code": 1}"#)
            // What is there is not told again.
            let again = try HyperfedProgram.run(
                ["resume", "o", "--format", "json", "--quiet"], in: folder)
            #expect(again.output == lines[4] + "\n" && again.exitCode == 1)
        }

        @Test func `of rounds have the columns of rounds.csv`() throws {
            let folder = try Self.folder()
            let ending = try HyperfedProgram.run(
                ["run", "pair.yaml", "--quiet", "--format", "json", "--events", "--output", "o"],
                in: folder)
            #expect(ending.exitCode == 0 && ending.errors == "")
            let objects = try Self.objects(ending.output)
            #expect(objects.map { $0["event"] as? String } == ["round", "round", "run", "end"])
            let rows = folder.text("o/rounds.csv").split(separator: "\n").map {
                $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
            }
            let header = rows[0].filter { !$0.hasSuffix("_scheduler") }
            let lines = ending.output.split(separator: "\n")
            for (round, line) in lines.prefix(2).enumerated() {
                #expect(Self.keys(line) == ["event", "folder"] + header)
                for (column, text) in zip(rows[0], rows[round + 1])
                where !column.hasSuffix("_scheduler") {
                    let value = text.isEmpty || text == "NaN" ? "null" : text
                    #expect(line.contains("\"\(column)\": \(value)"), "\(column)")
                }
            }
        }

        @Test func `of a folder say how far each run is`() throws {
            let folder = try Self.folder()
            _ = try HyperfedProgram.run(
                ["compare", "pair.yaml", "--quiet", "--output", "o"], in: folder)
            try FileManager.default.removeItem(atPath: folder.path("o/a/seed-2"))
            let list = try HyperfedProgram.run(["runs", "o", "--format", "json"], in: folder)
            let objects = try Self.objects(list.output)
            #expect(
                objects.map { ($0["status"] ?? $0["event"]) as? String } == [
                    "done", "missing", "failed", "failed", "end",
                ])
            #expect(objects[1]["go_on"] as? String == "hyperfed resume o")
            #expect(objects[2]["go_on"] as? String == "hyperfed resume o --retry-failed")
            #expect(objects[0]["go_on"] is NSNull && objects[0]["rounds_written"] as? Int == 2)
            let text = try HyperfedProgram.run(["runs", "."], in: folder)
            let lines = text.output.split(separator: "\n")
            #expect(lines[0].hasPrefix("folder "))
            #expect(
                lines[1].wholeMatch(
                    of: /\.\/o\/a\/seed-1 +done +- +2\/2 +\d+\.\d\d % +[0-9a-f]{8}/) != nil,
                "\(text.output)")
            #expect(lines[2].contains(/missing +hyperfed resume \.\/o +0\/2 +- +[0-9a-f]{8}/))
        }

        @Test(arguments: ["run", "compare"])
        func `come from several scenarios and standard input`(command: String) throws {
            let folder = try Self.folder()
            let tame = Self.scenario.replacing("1e300", with: "0.2")
            try folder.write("pair.yaml", tame)
            try folder.write("other.yaml", tame.replacing("pair", with: "other"))
            try folder.write("third.yaml", tame.replacing("name: pair", with: ""))
            let ending = try RunningProgram(
                "/bin/bash",
                [
                    "-c",
                    "exec \"$0\" \(command) pair.yaml other.yaml - --quiet --format json"
                        + " --output o <third.yaml",
                    try HyperfedProgram.path(),
                ], in: folder, environment: ["HYPERFED_CACHE": folder.path("cache")]
            ).end(within: 60)
            #expect(ending.exitCode == 0, "\(ending.errors)")
            let objects = try Self.objects(ending.output)
            let end = try #require(objects.last)
            #expect(end["folders"] as? [String] == ["o/pair", "o/other", "o/standard-input"])
            let each = command == "run" ? 1 : 4
            #expect(end["runs"] as? Int == 3 * each && end["finished"] as? Int == 3 * each)
            #expect(objects.count == 3 * each + 1)
            #expect(folder.names(in: "o") == ["other", "pair", "standard-input"])
        }
    }
}
