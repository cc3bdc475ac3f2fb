import Reporting
import Testing

@Suite struct `The table of a comparison` {
    // fedavg: finals 0.6, 0.667, 0.5; mean 0.5889, deviation 0.0839; bests 0.7, 0.8, 0.6; the
    // target after 3, 2 and never within 3. client-side: 0.8, 0.7333, 0.6667; 0.9, 0.9, 0.8; after 1,
    // 2, 2.
    private let variants = [
        VariantSummary(
            name: "fedavg", schedulers: "constant / constant",
            runs: [summary([0.5, 0.6, 0.7]), summary([0.5, 0.7, 0.8]), summary([0.4, 0.5, 0.6])]),
        VariantSummary(
            name: "client-side", schedulers: "constant / fedhyper_cl (normalized)",
            runs: [summary([0.7, 0.8, 0.9]), summary([0.6, 0.7, 0.9]), summary([0.5, 0.7, 0.8])]),
    ]

    @Test func `golden text, with a target that not all seeds reach`() {
        #expect(
            summaryTable(variants) == """
                variant      schedulers (server / client)         final accuracy     best  \
                rounds to 70.00 %  seconds
                fedavg       constant / constant                  58.89 % ± 8.39  70.00 %       \
                > 3 (2 of 3)      1.5
                client-side  constant / fedhyper_cl (normalized)  73.33 % ± 6.67  86.67 %       \
                           2      1.5
                final accuracy: mean of the last 10 evaluations, or of all, then mean ± standard deviation \
                over 3 seeds; best and seconds: means; rounds: median, \
                > means not reached by all seeds

                """)
    }

    @Test func `runs that failed are counted, and the rest still averaged`() {
        let text = summaryTable(
            [
                VariantSummary(
                    name: "a", schedulers: "b / c", runs: [summary([0.5, 0.75], target: nil)],
                    failures: 1),
                VariantSummary(name: "d", schedulers: "b / c", runs: [], failures: 2),
            ])
        let rows = text.split(separator: "\n")
        #expect(rows[1].contains("62.50 % (1 failed)"))
        #expect(rows[2].contains("- (2 failed)"))
        #expect(
            rows[3].contains("of the runs that finished, then mean ± standard deviation over 2"))
    }

    @Test func `from five seeds on there is a median, for which a failed run is the worst`() {
        func median(_ values: [Double], failures: Int) -> Substring? {
            let runs = values.map { summary([$0], target: nil) }
            let text = summaryTable(
                [
                    VariantSummary(
                        name: "a", schedulers: "b / c", runs: runs, failures: failures)
                ])
            let lines = text.split(separator: "\n")
            guard lines[0].contains("median"), lines[2].contains("; median: of the same") else {
                return nil
            }
            return lines[1].split(separator: " ").dropLast(4).last
        }
        #expect(median([0.1, 0.9, 0.2, 0.4, 0.3], failures: 0) == "30.00")
        #expect(median([0.9, 0.2, 0.4, 0.3], failures: 1) == "30.00")
        #expect(median([0.1, 0.2, 0.3, 0.4], failures: 0) == nil)
    }

    @Test func `golden text of a single seed without a target`() {
        let one = VariantSummary(
            name: "a", schedulers: "b / c", runs: [summary([0.5, 0.75], target: nil)])
        #expect(
            summaryTable([one]) == """
                variant  schedulers (server / client)  final accuracy     best  seconds
                a        b / c                                62.50 %  75.00 %      1.0
                final accuracy: mean of the last 10 evaluations, or of all; best and seconds: means

                """)
    }

    @Test func `golden text where numbers are predicted`() {
        // Finals 3 and 2: mean 2.5, deviation √½; bests 2 and 1; the target after 2 and 1 rounds.
        let one = VariantSummary(
            name: "a", schedulers: "b / c",
            runs: [summary(errors: [4, 2], target: 3), summary(errors: [1, 3], target: 3)])
        #expect(
            summaryTable([one]) == """
                variant  schedulers (server / client)      final RMSE   best  rounds to 3.000  \
                seconds
                a        b / c                         2.500 ± 0.7071  1.500              1.5  \
                    1.0
                final RMSE: mean of the last 10 evaluations, or of all, then mean ± standard deviation over 2 \
                seeds; best and seconds: means; rounds: median, > means not reached by all seeds

                """)
    }

    @Test func `variants with targets of their own, or none`() {
        func row(_ name: String, _ target: Double?) -> VariantSummary {
            VariantSummary(
                name: name, schedulers: "s", runs: [summary([0.25, 0.5, 0.75], target: target)])
        }
        let text = summaryTable([row("a", 0.4), row("b", nil), row("c", 0.7)])
        let rows = text.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
        #expect(rows[0].suffix(4) == ["rounds", "to", "target", "seconds"])
        #expect(rows[1].dropLast().last == "2" && rows[3].dropLast().last == "3")
        #expect(rows[2].dropLast().last == "-")
    }

    @Test func `variants with different data share a column under a common name`() {
        let text = summaryTable(
            [
                VariantSummary(name: "a", schedulers: "s", runs: [summary([0.5], target: nil)]),
                VariantSummary(name: "b", schedulers: "s", runs: [summary(errors: [2])]),
            ])
        let rows = text.split(separator: "\n")
        #expect(rows[0].contains("  final metric  "))
        #expect(rows[1].contains(" 50.00 % ") && rows[2].contains(" 2.000 "))
    }

    @Test(
        arguments: [
            ([1, 4], "2.5"), ([1, 3], "2"), ([4, nil], "> 4.5 (1 of 2)"),
            ([nil, nil], "> 5 (0 of 2)"),
            ([2], "2"), ([nil], "> 5 (0 of 1)"), ([1, 2, nil], "> 2 (2 of 3)"),
        ] as [([Int?], String)])
    func `rounds to target are a median, and a bound where a seed never got there`(
        reached: [Int?], text: String
    ) {
        let runs = reached.map { round in
            summary((1...5).map { $0 == round ? 0.7 : 0.1 })
        }
        let variant = VariantSummary(name: "v", schedulers: "s / t", runs: runs)
        let line = summaryTable([variant]).split(separator: "\n")[1]
        #expect(line.hasSuffix(" \(text)      2.5"), "\(line)")
    }

    @Test func `without evaluations there are dashes`() {
        let none = VariantSummary(
            name: "v", schedulers: "s / t", runs: [summary([nil, nil], target: nil)])
        let line = summaryTable([none]).split(separator: "\n")[1]
        #expect(line.split(separator: " ") == ["v", "s", "/", "t", "-", "-", "1.0"])
    }

    @Test func `methods in which variants differ have columns`() {
        func row(_ name: String, _ methods: Methods) -> VariantSummary {
            VariantSummary(
                name: name, methods: methods, runs: [summary([0.5, 0.75], target: nil)])
        }
        let fedavg = Methods(
            serverOptimizer: "sgd", clientOptimizer: "sgd", correction: "none",
            serverScheduler: "constant", clientScheduler: "constant")
        var (adam, scaffold) = (fedavg, fedavg)
        (adam.serverOptimizer, scaffold.correction) = ("adam", "scaffold")
        #expect(
            summaryTable([
                row("one", fedavg), row("two", adam), row("three", scaffold),
            ]).hasPrefix(
                """
                variant  schedulers (server / client)  server optimizer  correction  final accuracy  \
                   best  seconds
                one      constant / constant           sgd               none               62.50 %  \
                75.00 %      1.0
                two      constant / constant           adam              none               62.50 %  \
                75.00 %      1.0
                three    constant / constant           sgd               scaffold           62.50 %  \
                75.00 %      1.0

                """))
    }

    @Test func `runs that are missing are counted`() {
        let text = summaryTable([
            VariantSummary(
                name: "a", schedulers: "b / c", runs: [summary([0.5, 0.75], target: nil)],
                failures: 1, missing: 2),
            VariantSummary(name: "d", schedulers: "b / c", runs: [], missing: 4),
        ])
        let rows = text.split(separator: "\n")
        #expect(rows[1].contains("62.50 % (1 failed, 2 missing)"))
        #expect(rows[2].contains("- (4 missing)"))
    }
}
