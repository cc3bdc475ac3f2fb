import TestSupport
import Testing

extension `The program` {
    /// Promise 1 for evaluations that client processes share: chunks of a large test part, and the
    /// clients' own samples.
    @Suite(.slow) struct `Shared evaluations` {
        // 3,000 samples x 62,010 parameters: six chunks, and twenty clients.
        private static let scenario =
            `The program`.scenario
            .replacing("samples: 1200", with: "samples: 1200, test_samples: 3000")
            .replacing(
                "  skew:", with: "  validation_fraction: 0.1\n  client_test_fraction: 0.2\n  skew:"
            )
            .replacing("hidden: [32]", with: "hidden: [2000]")
            + "\nevaluation: { every: 2, per_client: all, per_class: true }\n"
        private static let reference = Result {
            try `The program`.files(scenario, ["--in-process"])
        }

        @Test func `are written for every client and every evaluated round`() throws {
            let run = try Self.reference.get()
            #expect(run.evaluations.count == 1 + 4 * 20)
            #expect(
                run.rounds("test_accuracy").map(\.isEmpty) == [
                    true, false, true, false, true, false, true, false,
                ])
            #expect(Set(run.rounds("test_rmse")) == ["NaN"])
        }

        @Test func `are written for every class, and agree with the accuracy`() throws {
            let run = try Self.reference.get()
            let names = try #require(run.classes.first)
            #expect(names == ["round", "class", "name", "samples", "hits", "recall"])
            let rows = run.classes.dropFirst()
            let rounds = ["1", "3", "5", "7"]
            #expect(Set(rows.map { $0[0] }) == Set(rounds))
            for round in rounds {
                let own = rows.filter { $0[0] == round }
                #expect(own.map { $0[1] } == (0..<own.count).map(String.init))
                let samples = own.compactMap { Double($0[3]) }.reduce(0, +)
                let hits = own.compactMap { Double($0[4]) }.reduce(0, +)
                let index = try #require(Int(round))
                #expect(samples == 3000)
                #expect(run.rounds("test_accuracy")[index] == "\(hits / samples)")
                let recalls = own.compactMap { Double($0[5]) }
                let balanced = try #require(Double(run.rounds("balanced_accuracy")[index]))
                let mean = recalls.reduce(0, +) / Double(recalls.count)
                #expect(abs(balanced - mean) < 1e-12)
            }
            #expect(run.rounds("balanced_accuracy")[0] == "")
        }

        @Test(arguments: ["1", "4", "per_client"], ["ipc", "tcp"])
        func `any number of client processes gives the bits of one process without any`(
            processes: String, transport: String
        ) throws {
            let run = try `The program`.files(
                Self.scenario,
                ["--processes", processes, "--set", "clients.transport=\(transport)"])
            #expect(run.difference(from: try Self.reference.get()) == nil)
        }

        @Test func `killed client processes don't change them`() throws {
            // Most of the time is evaluation, so that kills hit it.
            let words = ["--rounds", "40", "--set", "evaluation.every=1"]
            let expected = try `The program`.files(Self.scenario, words + ["--in-process"])
            let folder = try TemporaryFolder()
            try folder.write("small.yaml", Self.scenario)
            let run = try HyperfedProgram.start(
                ["run", "small.yaml", "--output", "result", "--quiet"] + words, in: folder)
            let kills = 6
            try `The program`.killChildren(
                of: run, folder, times: kills, from: 1, every: 5)
            let ending = try run.end(within: 60)
            #expect(ending.exitCode == 0, "\(ending.errors)")
            let restarts = ending.errors.split(separator: "\n").count {
                $0.hasSuffix("died; starting it again")
            }
            #expect(restarts == kills, "\(ending.errors)")
            let files = try RunFiles(folder, "result")
            #expect(files.difference(from: expected) == nil)
        }

        @Test func `validate says what clients hold out`() throws {
            let folder = try TemporaryFolder()
            try folder.write("small.yaml", Self.scenario)
            let ending = try HyperfedProgram.run(["validate", "small.yaml"], in: folder)
            #expect(ending.exitCode == 0)
            #expect(
                ending.output.contains(
                    /\nparts of the clients' samples: training \d+ \(\d+ to \d+ a client\), validation/
                )
            )
        }

        @Test func `recalls of classes are columns of a comparison, by text labels`() throws {
            let folder = try TemporaryFolder()
            let labels = ["red, dark", "Blue", "7"]
            let rows = (0..<120).map { row in
                "\(Double(row % 3) + Double(row * 37 % 100) / 60),\(row * 11 % 5),"
                    + "\"\(labels[row % 3])\"\n"
            }
            try folder.write("table.csv", "x,y,colour\n" + rows.joined())
            try folder.write(
                "colours.yaml",
                """
                data:
                  dataset: { kind: csv, file: table.csv, label: colour, test_fraction: 0.4 }
                  skew: iid
                clients: { count: 3, per_round: 2 }
                model: softmax_regression
                training: { rounds: 4 }
                evaluation: { per_class: true, every: 2 }
                compare: { seeds: [1, 2], variants: { a: {}, b: { client.learning_rate: 0.5 } } }
                """)
            let ending = try HyperfedProgram.run(
                ["compare", "colours.yaml", "--output", "o", "--quiet"], in: folder)
            try #require(ending.exitCode == 0, "\(ending.errors)")
            // A name with a comma is quoted; the table is split at other commas.
            let text = folder.text("o/comparison.csv").replacing("red, dark", with: "red; dark")
            let lines = text.split(separator: "\n").map {
                $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
            }
            let names = lines[0].filter { $0.contains("recall_") }
            #expect(
                Set(names.map { $0.replacing("\"", with: "").dropFirst(9) }) == [
                    "7", "Blue", "red; dark",
                ])
            #expect(lines.count == 5)
            for line in lines.dropFirst() {
                let row = Dictionary(uniqueKeysWithValues: zip(lines[0], line))
                let run = try #require(row["folder"])
                let classes = folder.text("o/\(run)/class_evaluations.csv")
                    .replacing("red, dark", with: "red; dark").split(separator: "\n").suffix(3)
                for (name, own) in zip(names, classes) {
                    #expect(row[name] == own.split(separator: ",").last.map(String.init))
                }
                let rounds = try RunFiles(folder, "o/\(run)").rounds("balanced_accuracy")
                #expect(row["balanced_accuracy"] == rounds[3])
            }
            let summary = folder.text("o/summary.csv").split(separator: "\n")
            #expect(summary[0].hasSuffix("balanced_accuracy") && !summary[1].hasSuffix(","))
            // Made anew from the folder, it is the same.
            let before = try folder.bytes("o/comparison.csv")
            let again = try HyperfedProgram.run(["report", "o"], in: folder)
            #expect(again.exitCode == 0, "\(again.errors)")
            #expect(try folder.bytes("o/comparison.csv") == before)
        }

        @Test func `classes of numbers are refused`() throws {
            let folder = try TemporaryFolder()
            let rows = (0..<60).map { "\(Double($0) / 10),\(Double($0 % 7) / 3)\n" }
            try folder.write("table.csv", "x,y\n" + rows.joined())
            try folder.write(
                "numbers.yaml",
                """
                data: { dataset: { kind: csv, file: table.csv, target: y }, skew: iid }
                clients: { count: 3, per_round: 2 }
                model: linear_regression
                training: { rounds: 2 }
                evaluation: { per_class: true }
                """)
            let ending = try HyperfedProgram.run(["run", "numbers.yaml"], in: folder)
            #expect(ending.exitCode == 2)
            #expect(
                ending.errors
                    == "numbers.yaml:5:26: error: evaluation.per_class: expected classes to predict,"
                    + " found the numbers of csv; set it to false\n")
        }

        @Test func `a target of the wrong kind is refused`() throws {
            let folder = try TemporaryFolder()
            try folder.write("small.yaml", Self.scenario)
            let ending = try HyperfedProgram.run(
                ["run", "small.yaml", "--set", "evaluation.target_rmse=1"], in: folder)
            #expect(ending.exitCode == 2)
            #expect(
                ending.errors.hasSuffix(
                    "evaluation.target_rmse: expected numbers to predict, found the classes of"
                        + " gaussian_clusters; use evaluation.target_accuracy\n"))
        }
    }
}
