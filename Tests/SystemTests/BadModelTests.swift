import TestSupport
import Testing

extension `The program` {
    /// A model that can't take the data is told before anything runs, with what would be right.
    @Suite struct `A model that does not fit the data is refused` {
        @Test(arguments: [
            (
                "lenet", "digits",
                "model: expected an image of at least 5 x 5 for kernel: 5, found 2 x 2 at that layer;"
                    + " use fewer filters in the list, a smaller kernel, stride or pool, or"
                    + " padding: same"
            ),
            (
                "char_gru", "digits",
                "model: expected sequences of symbols for char_gru, found samples of numbers; use"
                    + " mlp"
            ),
            (
                "linear_regression", "digits",
                "model: expected a data set with numbers to predict for linear_regression, found"
                    + " classes; use softmax_regression"
            ),
            (
                "softmax_regression", "{ kind: csv, file: table.csv, target: y }",
                "model: expected a data set with one class per sample for softmax_regression, found"
                    + " numbers to predict; use linear_regression or mlp"
            ),
            (
                "{ kind: resnet, group_norm: 3 }", "digits",
                "model: expected a group_norm that divides 16 channels into equal groups, found 3;"
                    + " set group_norm to a divisor of 16, such as 1"
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
