public import Charts
public import Federation
import Settings

/// What `hyperfed hypergradient` found in one client's round.
public struct HypergradientReport: Sendable {
    /// The name of the scenario.
    public var scenario: String
    /// The client, from 0.
    public var client: Int
    /// The round, from 0.
    public var round: Int
    /// The local rate of all steps.
    public var rate: Double
    /// The kind of the clients' optimizer.
    public var optimizer: String
    /// The exact derivatives of each round.
    public var truth: HypergradientTruth
    /// The estimates of the methods.
    public var estimates: [HypergradientEstimates]
    /// Methods that do not work here, with the reason.
    public var refused: [(method: String, reason: String)]

    /// Makes a report from its parts.
    public init(
        scenario: String, client: Int, round: Int, rate: Double, optimizer: String,
        truth: HypergradientTruth, estimates: [HypergradientEstimates],
        refused: [(method: String, reason: String)]
    ) {
        (self.scenario, self.client, self.round) = (scenario, client, round)
        (self.rate, self.optimizer) = (rate, optimizer)
        (self.truth, self.estimates, self.refused) = (truth, estimates, refused)
    }

    /// The rows of hypergradients.csv: step by step, and in each the methods.
    public var rows: [HypergradientRow] {
        truth.perStep.indices.flatMap { step in
            estimates.map {
                HypergradientRow(
                    step: step, method: $0.method, estimate: $0.values[step],
                    perStep: truth.perStep[step], soFar: truth.soFar[step])
            }
        }
    }

    /// For people: what was looked at, the table, what was left out.
    public var text: String {
        let samples = counted(truth.samples, "sample")
        let source =
            truth.isHeldOut
            ? "\(samples) that the client holds out"
            : "the client's \(samples) of training (it holds none out)"
        var lines = [
            "\(scenario), client \(client), round \(round):"
                + " \(counted(truth.perStep.count, "step")) at local rate"
                + " \(scientific(rate)) with \(optimizer)",
            "E on \(source): \(scientific(truth.loss)) after the last step, where"
                + " dE/d(rate) = \(scientific(truth.shared))", "", table, "",
            """
            All on the path of the constant rate (hyper-rate 0), in double precision.
            Step: dE(after the last step)/d(rate of step k), for each k. So far: dE(before step k)/
            d(the one rate of the steps before k). Signs: share of steps with equal signs; cosine
            and error (norm of the difference over that of the truth): over the steps. Cost:
            gradients a step; plain training is 1.
            """,
        ]
        for one in estimates where one.distance > 1e-9 {
            lines.append(
                "\(one.method) left the path although its hyper-rate is 0: its weights end"
                    + " \(scientific(one.distance)) of the path's length away")
        }
        if !refused.isEmpty {
            lines.append("")
            lines += refused.map { "not here: \($0.method) (\($0.reason))" }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private var table: String {
        let header = [
            "method", "", "mean", "last", "signs", "cosine", "error", "signs", "cosine", "error",
            "cost",
        ]
        let above = ["", "", "", "", "step:", "", "", "so far:", "", "", ""]
        let truths = [
            ("true, step", truth.perStep), ("true, so far", truth.soFar),
        ].map { name, values in
            row(name, values, cost: name == "true, step" ? truth.gradientsPerStep : nil)
        }
        return aligned(
            [above, header] + truths
                + estimates.map { row($0.method, $0.values, cost: $0.gradientsPerStep) })
    }

    private func row(_ name: String, _ values: [Double], cost: Double?) -> [String] {
        let mean = values.isEmpty ? 0 : values.reduce(0, +) / Double(values.count)
        return [name, "", scientific(mean), scientific(values.last ?? 0)]
            + cells(HypergradientAgreement(values, with: truth.perStep))
            + cells(HypergradientAgreement(values, with: truth.soFar))
            + [cost.map { fixed($0, 2) } ?? ""]
    }

    private func cells(_ agreement: HypergradientAgreement) -> [String] {
        [
            agreement.signs.map { fixed(100 * $0, 0) + " %" } ?? "-",
            agreement.cosine.map { fixed($0, 3) } ?? "-",
            agreement.relativeError.map(scientific) ?? "-",
        ]
    }

    /// The lines of all methods over the steps.
    public var chart: CurveChart {
        let lines =
            [("true, step", truth.perStep), ("true, so far", truth.soFar)]
            + estimates.map { ($0.method, $0.values) }
        var chart = CurveChart(
            title: "\(scenario), client \(client), round \(round): derivatives in the local rate",
            x: Axis("local step", isWhole: true), y: Axis("dE / d(rate)", scale: .signed),
            curves: lines.enumerated().map { role, line in
                Curve(
                    variant: role, name: line.0, x: line.1.indices.map(Double.init), y: line.1)
            })
        // None of the methods is the best here, so all have a name.
        chart.mostNamed = .max
        return chart
    }
}

/// A row of hypergradients.csv.
public struct HypergradientRow: Equatable, Sendable {
    /// The local step, from 0.
    public var step: Int
    /// The kind of the client scheduler.
    public var method: String
    /// The method's estimate of the derivative.
    public var estimate: Double
    /// The derivative of the final loss in this step's rate.
    public var perStep: Double
    /// The derivative of the loss before this step in the rate so far.
    public var soFar: Double
}

/// The columns of hypergradients.csv.
public let hypergradientColumns: [Column<HypergradientRow>] = [
    Column("step", "local step, from 0") { .integer($0.step) },
    Column("method", "client scheduler, with a hyper-rate of 0") { .text($0.method) },
    Column("estimate", "what it takes for the derivative of the loss in the local rate") {
        .number($0.estimate)
    },
    Column("true_step", "derivative of E after the last step in the rate of this step") {
        .number($0.perStep)
    },
    Column("true_so_far", "derivative of E before this step in the one rate of the steps before") {
        .number($0.soFar)
    },
]

/// A row of methods.csv.
public struct HypergradientSummary: Sendable {
    /// What a method takes for the derivatives.
    public var estimates: HypergradientEstimates
    /// With the derivatives of the final loss in each step's rate.
    public var perStep: HypergradientAgreement
    /// With those of the loss so far.
    public var soFar: HypergradientAgreement
}

extension HypergradientReport {
    /// The rows of methods.csv.
    public var summaries: [HypergradientSummary] {
        estimates.map {
            HypergradientSummary(
                estimates: $0,
                perStep: HypergradientAgreement($0.values, with: truth.perStep),
                soFar: HypergradientAgreement($0.values, with: truth.soFar))
        }
    }
}

/// The columns of methods.csv.
public let hypergradientSummaryColumns: [Column<HypergradientSummary>] = [
    Column("method", "client scheduler, with a hyper-rate of 0") { .text($0.estimates.method) },
    Column("signs_step", "share of steps with the sign of true_step, among those not 0") {
        Cell($0.perStep.signs)
    },
    Column("cosine_step", "cosine with true_step over the steps") { Cell($0.perStep.cosine) },
    Column("error_step", "norm of the difference to true_step over its norm") {
        Cell($0.perStep.relativeError)
    },
    Column("signs_so_far", "share of steps with the sign of true_so_far") {
        Cell($0.soFar.signs)
    },
    Column("cosine_so_far", "cosine with true_so_far over the steps") { Cell($0.soFar.cosine) },
    Column("error_so_far", "norm of the difference to true_so_far over its norm") {
        Cell($0.soFar.relativeError)
    },
    Column("gradients", "cost in gradients per step; plain training is 1") {
        .number($0.estimates.gradientsPerStep)
    },
    Column("distance", "how far it left the path of the constant rate, over the path's length") {
        .number($0.estimates.distance)
    },
]
