import Reporting
import Testing

@Suite struct `The table that ends a comparison` {
    /// Final accuracies of three seeds; the target after one round, or never.
    private static let three =
        rows("fedavg", [0.745, 0.76, 0.772], target: 0.76)
        + rows("both", [0.75, 0.771, 0.778], target: 0.76)
        + rows("paper", [0.802, 0.813, 0.829], target: 0.76)
        + rows("global", [0.752, 0.759, 0.779], target: 0.76)

    @Test func `golden text of three seeds`() {
        #expect(
            ClosingTable(study(Self.three)).lines == """

                """)
    }

    @Test func `golden text with runs that diverged`() {
        #expect(
            ClosingTable(
                study(
                    rows("a", [0.5, 0.6, 0.55, 0.52])
                        + rows("b", [0.7, nil, 0.74, 0.71]))
            ).lines == """

                """)
    }

    @Test func `golden text of one seed, and of two`() {
        #expect(
            ClosingTable(study(rows("a", [0.5]) + rows("b", [0.75]))).lines == """

                """)
        #expect(
            ClosingTable(study(rows("a", [0.5, 0.6]) + rows("b", [0.75, 0.7]))).lines == """

                """)
    }

    @Test func `golden text of eight seeds, where the exact test decides`() {
        let finals = [0.71, 0.72, 0.7, 0.69, 0.73, 0.74, 0.7, 0.71]
        #expect(
            ClosingTable(
                study(
                    rows("base", finals) + rows("up", finals.map { $0 + 0.01 })
                        + rows("down", finals.enumerated().map { $1 - 0.02 - 0.001 * Double($0) })
                        + rows("same", finals),
                    share: 0.9)
            ).lines == """

                """)
    }

    @Test func `golden text of a grid`() {
        let cells = ["0.01", "0.1"]
        let all =
            rows("base", [0.5, 0.52, 0.54], cell: ["0.01"])
            + rows("base", [0.2, nil, 0.24], cell: ["0.1"])
            + rows("robust", [0.6, 0.61, 0.65], cell: ["0.01"])
            + rows("robust", [0.6, 0.63, 0.66], cell: ["0.1"])
        #expect(cells.count == 2)
        #expect(
            ClosingTable(study(all, grid: ["client.learning_rate"])).lines == """

                """)
    }

    @Test func `golden text where numbers are predicted`() {
        func runs(_ name: String, _ errors: [Double]) -> [ComparisonRow] {
            errors.enumerated().map {
                ComparisonRow(
                    variant: name, cell: [], seed: UInt64($0 + 1),
                    summary: summary(errors: [$1], target: 3))
            }
        }
        #expect(
            ClosingTable(study(runs("a", [4, 3.5, 3.8]) + runs("b", [2, 2.1, 2.2]))).lines == """

                """)
    }

    @Test func `variants with different data are not compared`() {
        let text = ClosingTable(
            study(
                rows("a", [0.5])
                    + [
                        ComparisonRow(
                            variant: "b", cell: [], seed: 1, summary: summary(errors: [2]))
                    ])
        ).lines
        #expect(
            text == """

                """)
    }

    @Test func `a comparison of failed runs only says so`() {
        #expect(
            ClosingTable(study(rows("a", [nil, nil]) + rows("b", [nil, nil]))).lines == """

                """)
    }

    @Test func `long names are cut in the middle, and columns count wide letters`() {
        let text = ClosingTable(
            study(
                rows(
                    "a client-side scheduler with a rather long name and a suffix", [0.5, 0.6, 0.7])
                    + rows("学習率", [0.6, 0.7, 0.8]))
        ).lines
        let lines = text.split(separator: "\n").prefix(3)
        #expect(lines[1].contains("…") && lines[1].contains("suffix"))
        #expect(Set(lines.map { TextWidth.of(String($0)) }).count == 1, "\(text)")
    }
}
