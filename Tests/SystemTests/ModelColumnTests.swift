import TestSupport
import Testing

extension `The program` {
    /// Tables name the models of runs where these differ, and only there.
    @Suite struct `A comparison of models` {
        private static let scenario = """
            name: models
            data: { dataset: digits }
            clients: { count: 10, per_round: 3 }
            model: softmax_regression
            training: { rounds: 1 }
            compare: { seeds: [1, 2], variants: { a: {}, b: CHANGE } }

            """

        private static func compare(_ change: String, in folder: TemporaryFolder) throws -> String {
            try folder.write("models.yaml", scenario.replacing("CHANGE", with: change))
            let ending = try HyperfedProgram.run(
                ["compare", "models.yaml", "--in-process", "--output", "o"], in: folder)
            #expect(ending.exitCode == 0, "\(ending.errors)")
            return ending.output
        }

        private static func models(_ name: String, in folder: TemporaryFolder) -> [String]? {
            let rows = folder.text("o/\(name)").split(separator: "\n").map {
                $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
            }
            guard let column = rows.first?.firstIndex(of: "model") else { return nil }
            return rows.dropFirst().map { $0[column] }
        }

        @Test func `has a column for them in its tables`() throws {
            let folder = try TemporaryFolder()
            let output = try Self.compare("{ model: { kind: mlp, hidden: [20] } }", in: folder)
            #expect(
                output.contains(/variant +model\na +softmax_regression\nb +mlp 20\n/), "\(output)")
            let two = ["softmax_regression", "mlp 20"]
            #expect(Self.models("comparison.csv", in: folder)?.sorted() == (two + two).sorted())
            #expect(Self.models("summary.csv", in: folder) == two)
            // The plan of the comparison has them, so all tables can be written again.
            let tables = folder.text("o/comparison.csv")
            let again = try HyperfedProgram.run(
                ["report", "o", "--tables"], in: folder)
            #expect(again.exitCode == 0 && again.output.contains("mlp 20"), "\(again.errors)")
            #expect(folder.text("o/comparison.csv") == tables)
            #expect(folder.text("o/report.html").contains("mlp 20"))
        }

        @Test func `has none if the models are the same`() throws {
            let folder = try TemporaryFolder()
            _ = try Self.compare("{ client.learning_rate: 0.5 }", in: folder)
            #expect(Self.models("comparison.csv", in: folder) == nil)
            #expect(Self.models("summary.csv", in: folder) == nil)
        }
    }
}
