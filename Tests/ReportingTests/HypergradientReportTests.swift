import Charts
import Federation
import Reporting
import Testing

@Suite struct `A report of hypergradients` {
    private let report = HypergradientReport(
        scenario: "demo", client: 3, round: 1, rate: 0.05, optimizer: "sgd",
        truth: HypergradientTruth(
            loss: 0.75, perStep: [-2, -1, 0.5], soFar: [0, -3, -4], gradientsPerStep: 7,
            samples: 12, isHeldOut: true),
        estimates: [
            HypergradientEstimates(
                method: "rtho", values: [0, -3, -4], gradientsPerStep: 10.0 / 3),
            HypergradientEstimates(
                method: "hypergradient", values: [0, -1, 1], gradientsPerStep: 1, distance: 0.25),
        ], refused: [("pes", "pes's copies train by plain gradient descent")])

    @Test func `golden text`() {
        // "True" against each other: (-2, -1, 0.5) - (0, -3, -4) has norm 5.315; norms 2.291 and 5.
        #expect(
            report.text == """
                demo, client 3, round 1: 3 steps at local rate 0.05 with sgd
                E on 12 samples that the client holds out: 0.75 after the last step, where \
                dE/d(rate) = -2.5

                                                step:                  so far:
                method              mean  last  signs  cosine   error    signs  cosine  error  cost
                true, step       -0.8333   0.5  100 %   1.000       0     50 %   0.087  1.063  7.00
                true, so far      -2.333    -4   50 %   0.087    2.32    100 %   1.000      0
                rtho              -2.333    -4   50 %   0.087    2.32    100 %   1.000      0  3.33
                hypergradient          0     1  100 %   0.463  0.8997     50 %  -0.141  1.077  1.00

                All on the path of the constant rate (hyper-rate 0), in double precision.
                Step: dE(after the last step)/d(rate of step k), for each k. So far: dE(before \
                step k)/
                d(the one rate of the steps before k). Signs: share of steps with equal signs; \
                cosine
                and error (norm of the difference over that of the truth): over the steps. Cost:
                gradients a step; plain training is 1.
                hypergradient left the path although its hyper-rate is 0: its weights end 0.25 of \
                the path's length away

                not here: pes (pes's copies train by plain gradient descent)

                """)
    }

    @Test func `the rows of its tables`() {
        #expect(
            report.rows.map { csvLine(hypergradientColumns, $0) } == [
                "0,rtho,0.0,-2.0,0.0", "0,hypergradient,0.0,-2.0,0.0", "1,rtho,-3.0,-1.0,-3.0",
                "1,hypergradient,-1.0,-1.0,-3.0", "2,rtho,-4.0,0.5,-4.0",
                "2,hypergradient,1.0,0.5,-4.0",
            ])
        let summary = csvLine(hypergradientSummaryColumns, report.summaries[0])
        #expect(summary.hasPrefix("rtho,0.5,"))
        #expect(summary.hasSuffix(",1.0,1.0,0.0,3.3333333333333335,0.0"))
    }

    @Test func `the chart has a line and a name for each series`() {
        let chart = report.chart
        #expect(
            chart.curves.map(\.name) == ["true, step", "true, so far", "rtho", "hypergradient"])
        #expect(chart.curves.map(\.y.count) == [3, 3, 3, 3])
        let svg = chart.svg(.file(width: 960, height: 540), id: "chart")
        #expect(svg.hasPrefix("<svg ") && svg.hasSuffix("</svg>\n"))
        // The estimates of rtho are the true derivatives so far, so both are one line.
        for name in ["true, step", "true, so far = rtho", "hypergradient"] {
            #expect(svg.contains(">\(name)</text>"), "\(name)")
        }
        #expect(chart.notes(.file()).allSatisfy { !$0.contains("logarithmic") })
    }

    @Test(arguments: [
        (0.0, "0"), (0.05, "0.05"), (-1.2346, "-1.235"), (1234.5, "1235"), (0.001, "0.001"),
        (0.000_123_45, "1.235e-04"), (-123_456, "-1.235e+05"), (9_999.7, "1e+04"),
        (9.9999e-5, "1e-04"), (1e300, "1e+300"), (-1.5e-300, "-1.5e-300"), (.nan, "nan"),
        (.infinity, "inf"), (100, "100"),
    ])
    func `four digits of any size`(value: Double, text: String) {
        #expect(scientific(value) == text)
    }
}
