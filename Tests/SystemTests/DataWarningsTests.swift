import Foundation
import TestSupport
import Testing

extension `The program` {
    /// Odd data are told before the first round, once, by each command, from the cache as well.
    @Suite struct `Odd data are told` {
        private static func scenario(
            _ dataset: String, more: String = "", training: String = "rounds: 1",
            client: String = "",
            model: String = "softmax_regression"
        ) -> String {
            """
            name: odd
            data: { dataset: { \(dataset) }, skew: iid\(more) }
            clients: { count: 4, per_round: 2, processes: 1 }
            model: \(model)
            training: { \(training) }
            client: { \(client) }
            compare: { seeds: [1, 2], variants: { one: {}, two: { client.learning_rate: 0.2 } } }

            """
        }

        private static func table(_ row: (Int) -> String) -> String {
            (0..<60).map { "\(row($0))\n" }.joined()
        }

        @Test func `by each command and once`() throws {
            let folder = try TemporaryFolder()
            try folder.write("odd.yaml", Self.scenario("kind: csv, file: t.csv"))
            try folder.write(
                "t.csv", ",a,b,label\n" + Self.table { "\($0),\($0 % 7).5,\($0 % 5),\($0 / 30)" })
            let warning =
                "odd.yaml:2:18: warning: \(folder.path)/t.csv: column 0 ('') counts the rows (0 to"
                + " 59), so it is left out of the features; if it is a measurement, set"
                + " data.dataset.index_column: keep\n"
            for (index, words) in [
                ["validate", "odd.yaml"], ["run", "odd.yaml", "--quiet", "--output", "a"],
                ["run", "odd.yaml", "--quiet", "--output", "b"],
                ["compare", "odd.yaml", "--quiet", "--output", "c"],
            ].enumerated() {
                let ending = try HyperfedProgram.run(words, in: folder)
                #expect(ending.exitCode == 0 && ending.errors == warning, "\(index)")
            }
            let kept = try HyperfedProgram.run(
                ["validate", "odd.yaml", "--set", "data.dataset.index_column=keep"], in: folder)
            #expect(kept.errors == "" && kept.output.contains("3 features"))
        }

        @Test func `what a table was taken for is told by validate`() throws {
            let folder = try TemporaryFolder()
            try folder.write("odd.yaml", Self.scenario("kind: csv, file: t.csv"))
            try folder.write(
                "t.csv",
                "# made by hand\na;b;kind\n"
                    + Self.table { "\($0 % 7).5;\($0 % 5);\(["cat", "dog"][$0 % 2])" })
            let ending = try HyperfedProgram.run(["validate", "odd.yaml"], in: folder)
            #expect(ending.errors == "")
            #expect(
                ending.output.contains(
                    "\(folder.path)/t.csv: 60 rows of 3 columns separated by semicolons, names in"
                        + " line 2; 1 comment line on top; label in column 2 ('kind'); 2 features\n"
                ))
        }

        @Test func `the names of classes are in the outputs`() throws {
            let folder = try TemporaryFolder()
            try folder.write("odd.yaml", Self.scenario("kind: csv, file: t.csv"))
            try folder.write(
                "t.csv",
                "a,b,kind\n"
                    + Self.table {
                        "\($0 % 7).5,\($0 % 5),\(["dog", "a \"cat\"", "éland"][$0 % 3])"
                    }
                    .replacing("a \"cat\"", with: "\"a \"\"cat\"\"\""))
            let ending = try HyperfedProgram.run(
                ["run", "odd.yaml", "--quiet", "--output", "o"], in: folder)
            #expect(ending.exitCode == 0 && ending.errors == "")
            let names = ["a \"cat\"", "dog", "éland"]
            let run = try #require(
                try JSONSerialization.jsonObject(with: Data(folder.text("o/run.json").utf8))
                    as? [String: Any])
            #expect(run["classes"] as? [String] == names)
            let bytes = try Data(
                contentsOf: URL(fileURLWithPath: folder.path("o/model.safetensors")))
            let length = bytes.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
            let header = try #require(
                try JSONSerialization.jsonObject(with: bytes.dropFirst(8).prefix(length))
                    as? [String: Any])
            let metadata = try #require(header["__metadata__"] as? [String: String])
            let text = try #require(metadata["classes"])
            #expect(
                try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String] == names)
        }

        /// 4 sites of so many rows; the last one of each can be changed.
        private static func sites(_ rows: Int, changesLast: Bool) -> String {
            var text = "site,u,v,label\n"
            for site in 0..<4 {
                for row in 0..<rows {
                    let number = site * 5 + row
                    let isChanged = changesLast && row == rows - 1
                    let values =
                        isChanged ? "50,-50" : "\(number * 7 % 13).5,\(number * 5 % 11).25"
                    text += "s\(site),\(values),\((number * 3 % 7 + (isChanged ? 1 : 0)) % 2)\n"
                }
            }
            return text
        }

        private static let validating = scenario(
            "kind: csv, file: t.csv, client: site, test_samples: 0, standardize: false",
            more: ", holdout: last, validation_fraction: 0.2",
            training: "rounds: 5, batch_size: 1, local_epochs: 2",
            client: "learning_rate: 0.05, scheduler: rtho"
        ).replacing("skew: iid", with: "skew: natural")

        @Test func `a single row that is held out is used`() throws {
            var models: [Data] = []
            for changesLast in [false, true] {
                let folder = try TemporaryFolder()
                try folder.write("odd.yaml", Self.validating)
                try folder.write("t.csv", Self.sites(5, changesLast: changesLast))
                let output = "o\(changesLast)"
                let ending = try HyperfedProgram.run(
                    ["run", "odd.yaml", "--quiet", "--output", output], in: folder)
                #expect(ending.exitCode == 0 && ending.errors == "")
                models.append(
                    try Data(
                        contentsOf: URL(fileURLWithPath: folder.path("\(output)/model.safetensors"))
                    ))
            }
            #expect(models[0] != models[1])
        }

        @Test func `clients without a row to hold out are counted`() throws {
            let folder = try TemporaryFolder()
            try folder.write("odd.yaml", Self.validating)
            try folder.write("t.csv", Self.sites(2, changesLast: false))
            let ending = try HyperfedProgram.run(
                ["run", "odd.yaml", "--quiet", "--output", "o"], in: folder)
            #expect(ending.exitCode == 0)
            #expect(
                ending.errors.contains(
                    ": warning: data.validation_fraction: expected a validation sample of each"
                        + " client, found none of 4 of 4 clients (0, 1, 2, 3; they have at most 2"
                        + " samples) with a share of 0.2; rtho validates there on training samples;"
                        + " raise the share\n"), "\(ending.errors)")
        }

        @Test func `samples that nobody has, and tests that nobody makes`() throws {
            let folder = try TemporaryFolder()
            try folder.write("t.csv", Self.sites(10, changesLast: false))
            func errors(_ words: String...) throws -> String {
                try folder.write("odd.yaml", Self.validating)
                let changes = words.flatMap { ["--set", $0] }
                return try HyperfedProgram.run(["validate", "odd.yaml"] + changes, in: folder)
                    .errors
            }
            #expect(try errors() == "")
            #expect(
                try errors("clients.count=1", "clients.per_round=1").contains(
                    "data.skew: expected a client for each of 40 training samples, found 30 samples"
                        + " without one; they are not used, since natural uses the owners of 1 client"
                ))
            #expect(
                try errors("data.skew={kind: shards, per_client: 3}").contains(
                    "data.skew: expected a client for each of 40 training samples, found 4 samples"
                        + " without one; they are not used, since shards deals equal parts; set data.skew.left_over: spread"
                ))
            let unused = "data.client_test_fraction=0.2"
            #expect(
                try errors(unused).contains(
                    "expected evaluations on 8 samples held out, found none"))
            #expect(try errors(unused, "evaluation.per_client=all") == "")
        }

        @Test func `a text without roles`() throws {
            let folder = try TemporaryFolder()
            try folder.write(
                "odd.yaml",
                Self.scenario(
                    "kind: shakespeare, file: text, sequence_length: 10",
                    model: "{ kind: char_lstm, hidden: 4 }"
                ).replacing("skew: iid", with: "skew: natural"))
            try folder.write(
                "text",
                (0..<60).map { "\($0 % 2 == 0 ? "HAMLET" : "OPHELIA").\nTo be or not, \($0).\n\n" }
                    .joined() + String(repeating: "And so on to the end of it all. ", count: 60))
            let ending = try HyperfedProgram.run(
                ["run", "odd.yaml", "--quiet", "--output", "o"], in: folder)
            #expect(ending.exitCode == 0)
            #expect(ending.errors.contains("lines such as 'HAMLET.' may be headings"))
            #expect(ending.errors.contains("samples without one; they are not used"))
        }
    }
}
