import LearningRates
import LinearAlgebra
import TestSupport
import Testing

/// The `hd` family: hypergradient descent by its authors' code and by independent computations, and
/// the runs of it in the `edge` family.
@Suite struct `Hypergradient descent of the oracles` {
    @Test(arguments: Oracle.paths(family: "hd"))
    func `is ours in Double, and nearly in Float`(path: String) throws {
        let oracle = try Oracle(path: path)
        for run in try oracle.runs {
            try replayHypergradient(run, of: oracle, Double.self, within: 1e-9)
            try replayHypergradient(run, of: oracle, Float.self, within: 1e-3)
        }
    }
}

/// Repeats a run of hypergradient descent with a scenario's words and compares every number.
func replayHypergradient<S: Scalar>(
    _ run: Oracle.Node, of oracle: Oracle, _ type: S.Type, within tolerance: Double
) throws {
    let settings = run["settings"]
    var errors = RunErrors(run)
    try errors.requireSettings([
        "base", "lr0", "kappa", "momentum", "dampening", "weight_decay", "rule", "scope",
        "lr_floor", "adam_form", "adam_beta1", "adam_beta2", "adam_eps", "steps",
    ])
    let rate = settings["lr0"].number
    let rows = run["steps"].list
    var replay = try Replay<S>(
        oracle, scheduler: try hypergradientWords(settings), optimizer: try baseWords(settings),
        rate: rate, weightDecay: settings["weight_decay"].number)
    try replay.restart(
        at: oracle.start, rate: rate, count: rows.count, batches: run["batches"].batches)
    let isEach = settings["scope"].text == "element"
    let scale = errors.scale(of: "hypergrad")
    let rateScale = errors.scaleOfRates("lr", as: S.self)
    let nextScale = errors.scaleOfRates("lr_next", as: S.self)
    // Of parameters, reports hold the sum.
    let sums = rows.map { $0["hypergrad"].numbers.reduce(0, +) }
    var direction: [Double] = []
    for (row, sum) in zip(rows, sums) {
        let loss = replay.take().mean
        let got = replay.steps.step.hypergradients
        if isEach {
            let g = replay.values(.gradient)
            let each = direction.isEmpty ? g.map { _ in 0 } : zip(g, direction).map { -$0 * $1 }
            errors.note("hypergrad", each, row["hypergrad"], scale: scale)
            errors.note(
                "the sum of hypergrad", got, [sum], scale: sums.map { abs($0) }.max())
        } else {
            errors.note("hypergrad", got, row["hypergrad"], scale: scale)
        }
        let rates = isEach ? replay.values(.rates) : replay.steps.step.rates
        errors.note("lr", rates, row["lr"], scale: rateScale, slack: 1e-12)
        if settings["adam_form"].text == "code" {
            errors.note(
                "lr_next", [rates.last ?? .nan], row["lr_next"], scale: nextScale, slack: 1e-12)
        }
        replay.noteStep(loss, row, &errors)
        let place = replay.steps.step.previousDirection
        direction = replay.values(place == .previousGradient ? .gradient : place ?? .gradient)
    }
    let final = run["final"]
    errors.note("final.params", replay.values(.weights), oracle.inOrder(final["params"]))
    let rates = isEach ? replay.values(.rates) : replay.steps.step.rates
    let isOne = settings["adam_form"].text == "code"
    errors.note(
        "final.lr", isOne ? rates.suffix(1) : rates, final["lr"], scale: rateScale, slack: 1e-12)
    errors.note("final.full_train_loss", [replay.fullLoss()], final["full_train_loss"])
    errors.expect(within: tolerance, "\(oracle), \(type)")
}

private func hypergradientWords(_ settings: Oracle.Node) throws -> String {
    var words = "kind: hypergradient, hyper_rate: \(settings["kappa"].number), ceiling: none"
    switch settings["scope"].text {
    case "global", "layer", "tensor": words += ", scope: \(settings["scope"].text)"
    case "element": words += ", scope: parameter"
    case let other: throw CannotReplay(reason: "unknown scope '\(other)'")
    }
    switch settings["rule"].text {
    case "additive", "multiplicative": words += ", rule: \(settings["rule"].text)"
    case let other: throw CannotReplay(reason: "unknown rule '\(other)'")
    }
    switch settings["adam_form"].text {
    case "paper", "": break
    case "code": words += ", form: released_code"
    case let other: throw CannotReplay(reason: "unknown form '\(other)'")
    }
    let floor = settings["lr_floor"].numbers.first.map { $0 == 0 ? 0 : $0 / settings["lr0"].number }
    words += ", floor: \(floor.map { "\($0)" } ?? "none")"
    return "{ \(words) }"
}

/// The optimizer of an oracle's settings.
func baseWords(_ settings: Oracle.Node) throws -> String {
    let momentum = settings["momentum"].number
    switch settings["base"].text {
    case "sgd" where momentum == 0: return "sgd"
    case "sgdm", "sgd":
        return "{ kind: sgd, momentum: \(momentum), dampening: \(settings["dampening"].number) }"
    case "sgdn": return "{ kind: sgd, momentum: \(momentum), nesterov: true }"
    case "adam":
        let place =
            settings["adam_form"].text == "code" ? "before_correction" : "after_correction"
        return "{ kind: adam, beta1: \(settings["adam_beta1"].number), beta2: "
            + "\(settings["adam_beta2"].number), epsilon: \(settings["adam_eps"].number), "
            + "epsilon_place: \(place) }"
    case let other: throw CannotReplay(reason: "unknown base '\(other)'")
    }
}
