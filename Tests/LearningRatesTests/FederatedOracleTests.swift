import Foundation
import LearningRates
import LinearAlgebra
import ServerRules
import TestSupport
import Testing

/// The `fl` family: three clients with schedulers of their own, a server with a rate of its own, and
/// what is carried from round to round; a client is missing in the third round.
@Suite struct `Federated oracles` {
    @Test(arguments: Oracle.paths(family: "fl"))
    func `are replayed in Double, and nearly in Float`(path: String) throws {
        let oracle = try Oracle(path: path)
        for run in try oracle.runs {
            var wide = try Federation<Double>(oracle, run, within: 1e-9)
            try wide.replay()
            var narrow = try Federation<Float>(oracle, run, within: 1e-3)
            try narrow.replay()
        }
    }
}

/// A run of all rounds, checked row by row.
private struct Federation<S: Scalar>: ~Copyable {
    let oracle: Oracle
    let run: Oracle.Node
    let tolerance: Double
    var client: Replay<S>
    var server: any ServerScheduler
    var states: [Carried]
    var rates: [Double]
    var weights: [Double]
    var previousAggregate: [Double]?
    let isImplicit: Bool
    let start: Double
    let scale: (client: Double, server: Double)

    init(_ oracle: Oracle, _ run: Oracle.Node, within tolerance: Double) throws {
        let settings = run["settings"]
        let (scheduler, isImplicit) = try Self.scheduler(settings)
        let start = settings["lr0"].number
        var server = try component(
            """
            { kind: fedhyper_g, form: paper, bound: 1.0e300, hyper_rate: \
            \(settings["server_kappa"].number) }
            """, from: serverSchedulers)
        server.start = StartRates(
            globalRate: settings["global_rate0"].number, localRate: start, rounds: 1_000)
        let clients = oracle["clients"].list.count
        // What may fail comes first: a noncopyable value can't be left half made.
        client = try Replay(oracle, scheduler: scheduler, rate: start)
        client.problem.validatesOnTraining = true
        self.server = server
        self.isImplicit = isImplicit
        self.start = start
        self.oracle = oracle
        self.run = run
        self.tolerance = tolerance
        states = [Carried](repeating: Carried(), count: clients)
        rates = [Double](repeating: start, count: clients)
        weights = oracle.start
        let rows = run["steps"].list
        func largest(_ values: [Double]) -> Double { values.map { abs($0) }.max() ?? 0 }
        scale = (
            largest(
                rows.flatMap { row in
                    (0..<clients).flatMap { index -> [Double] in
                        let client = row["clients"]["\(index)"]
                        return client["hypergrad"].numbers + client["hypergrad_raw"].numbers
                    }
                }), largest(rows.map { $0["server_hypergrad"].number })
        )
    }

    private static func scheduler(_ settings: Oracle.Node) throws -> (
        scheduler: String, isImplicit: Bool
    ) {
        let carries = ["all": "all", "lr-only": "lr_only", "reset": "reset"]
        guard let carry = carries[settings["carry"].text] else {
            throw CannotReplay(reason: "carry \(settings["carry"].text)")
        }
        let floor = settings["lr_floor"].number
        let common = """
            hyper_rate: \(settings["kappa"].number), carry: \(carry), \
            floor: \(floor.isNaN ? "none" : "\(floor)"), ceiling: none
            """
        switch settings["client_method"].text {
        case "hd": return ("{ kind: hypergradient, rule: additive, \(common) }", false)
        case "hd-mult": return ("{ kind: hypergradient, rule: multiplicative, \(common) }", false)
        case "marthe":
            guard settings["z_at_round_start"].text == "zero" else {
                throw CannotReplay(reason: "z \(settings["z_at_round_start"].text)")
            }
            return ("{ kind: marthe, mu: \(settings["mu"].number), \(common) }", false)
        case "clarke":
            guard settings["hyper"].text == "log10 lr", settings["meta_optimizer"].text == "adam",
                settings["update"].text == "once per round after the last local step"
            else { throw CannotReplay(reason: "clarke with \(settings["hyper"].text)") }
            return (
                """
                { kind: implicit, tune: learning_rate, update_interval: 1000, look_back: \
                \(Int(settings["look_back"].number)), hyper_rate: \(settings["kappa"].number), \
                carry: \(carry), lowest_rate: none, highest_rate: none }
                """, true
            )
        default: throw CannotReplay(reason: "client method \(settings["client_method"].text)")
        }
    }

    private func check(
        _ what: String, _ round: Int, _ got: [Double], _ want: Oracle.Node, scale: Double? = nil
    ) {
        let error = relativeError(got, want.numbers, scale: scale)
        #expect(
            error < tolerance,
            "\(oracle) \(run["id"].text), \(S.self), round \(round + 1): \(what)")
    }

    mutating func replay() throws {
        for (round, row) in run["steps"].list.enumerated() {
            let cohort = oracle["participants"].list[round].numbers.map { Int($0) }
            #expect(row["participants"].numbers.map { Int($0) } == cohort)
            var mean = [Double](repeating: 0, count: weights.count)
            let samples = cohort.map { oracle["clients"].list[$0]["train"].list.count }
            let all = Double(samples.reduce(0, +))
            for (index, count) in zip(cohort, samples) {
                let update = try train(index, round, row["clients"]["\(index)"])
                for place in mean.indices { mean[place] += Double(count) / all * update[place] }
            }
            try serve(mean, round, row)
        }
        let final = run["final"]
        check(
            "final params", 0, weights, .list(oracle.inOrder(final["params"]).map { .number($0) }))
        check("final client_lr", 0, rates, final["client_lr"])
    }

    /// A client's round; its update in the oracle's order.
    private mutating func train(_ index: Int, _ round: Int, _ row: Oracle.Node) throws -> [Double] {
        let batches = oracle["client_batches"].list[round]["\(index)"].batches ?? []
        let held = oracle["clients"].list[index]["val"].numbers.map { Int($0) }
        try client.restart(
            at: weights, rate: start, count: batches.count, batches: batches,
            validation: [[Int]](repeating: held, count: batches.count + 1), state: states[index],
            round: UInt32(round))
        var (losses, used, estimates): ([Double], [Double], [Double]) = ([], [], [])
        for _ in batches {
            losses.append(client.take().mean)
            used.append(client.steps.step.events.last)
            estimates.append(client.steps.step.hypergradients[0])
        }
        let end = client.values(.weights)
        client.steps.finish(&client.problem)
        states[index] = client.steps.carried
        rates[index] = client.steps.step.rate
        check("losses of \(index)", round, losses, row["losses"])
        check("lr of \(index)", round, used, row["lr"])
        if isImplicit {
            let estimate = client.steps.step.hypergradients[0] * (used.last ?? 0) * log(10)
            check(
                "hypergrad of \(index)", round, [estimate], row["hypergrad_raw"],
                scale: scale.client)
            check("raw of \(index)", round, [log10(rates[index])], row["raw_next"])
        } else {
            check("hypergrad of \(index)", round, estimates, row["hypergrad"], scale: scale.client)
        }
        return zip(end, weights).map { $0 - $1 }
    }

    /// The server's half: the global rate moves, then the model.
    private mutating func serve(_ mean: [Double], _ round: Int, _ row: Oracle.Node) throws {
        let square = dot(mean, mean)
        let alignment = previousAggregate.map { dot(mean, $0) }
        let summary = RoundSummary(
            round: round, squaredNorm: square, alignment: alignment,
            previousSquaredNorm: previousAggregate.map { dot($0, $0) })
        let rate = server.decideRates(after: summary).globalRate
        for place in weights.indices { weights[place] += rate * mean[place] }
        previousAggregate = mean
        check("update_sq", round, [square], row["update_sq"])
        check(
            "server_hypergrad", round, [-(alignment ?? 0)], row["server_hypergrad"],
            scale: scale.server)
        check("global_rate", round, [rate], row["global_rate"])
        check("param_sum", round, [weights.reduce(0, +)], row["param_sum"], scale: 1)
        check("param_sq", round, [dot(weights, weights)], row["param_sq"])
        check("global_train_loss", round, [try trainLoss()], row["global_train_loss"])
    }

    /// The mean loss of the global model on all training samples.
    private mutating func trainLoss() throws -> Double {
        let all = Array(oracle["problem"]["train"]["x"].list.indices)
        try client.restart(
            at: weights, rate: start, count: 1, batches: [all], validation: [[0], [0]])
        return client.take().mean
    }
}
