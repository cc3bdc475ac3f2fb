import TestSupport
import Testing

extension `The program` {
    /// A model that can't take the data is told before anything runs, with what would be right.
    @Suite struct `A model that does not fit the data is refused` {
        @Test(arguments: [
            (
                "lenet", "digits",
                "kernel: 5 does not fit into the 2 x 2 image that is left there; use fewer filters"
                    + " in the list, a smaller kernel or pool, or padding: same"
            ),
            (
                "char_gru", "digits",
                "char_gru takes sequences of characters, but the data set's samples are numbers;"
                    + " use mlp"
            ),
            (
                "linear_regression", "digits",
                "linear_regression predicts numbers, but the data set has classes; use"
                    + " softmax_regression"
            ),
            (
                "softmax_regression", "{ kind: csv, file: table.csv, target: y }",
                "softmax_regression predicts one class, but the data set has numbers as targets;"
                    + " use linear_regression or mlp"
            ),
        ])
        func `with the reason and a remedy`(model: String, data: String, reason: String) throws {
            let folder = try TemporaryFolder()
            try folder.write("table.csv", "x,y\n" + (0..<50).map { "\($0),\($0 * 2)\n" }.joined())
            try folder.write(
                "small.yaml",
                "data: { dataset: \(data) }\nclients: { count: 4 }\nmodel: \(model)\n")
            let ending = try HyperfedProgram.run(
                ["run", "small.yaml", "--output", "result"], in: folder, watchesChildren: true)
            #expect(ending.exitCode == 2)
            #expect(ending.errors == "small.yaml:3:8: error: \(reason)\n")
            #expect(ending.output == "" && ending.children == [])
            #expect(!folder.has("result"))
        }
    }
}
