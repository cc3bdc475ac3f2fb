import LearningRates
import LinearAlgebra
import TestSupport
import Testing

/// The `local` family: rates of single parameters.
@Suite struct `Rates of single parameters of the oracles` {
    @Test(arguments: Oracle.paths(family: "local"))
    func `are ours in Double, and nearly in Float`(path: String) throws {
        let oracle = try Oracle(path: path)
        for run in try oracle.runs {
            switch run["algorithm"].text {
            case "local-step-sizes", "smd":
                try replayLocalRates(run, of: oracle, Double.self, within: 1e-9)
                try replayLocalRates(run, of: oracle, Float.self, within: 1e-3)
            // Replayed with the scheduler of that name.
            case "dsa-recon": break
            case let other: throw CannotReplay(reason: "unknown algorithm '\(other)'")
            }
        }
    }
}

/// The `edge` family: gradients that are exactly zero, for some parameters or for all.
@Suite struct `Zero gradients of the oracles` {
    @Test(arguments: Oracle.paths(family: "edge"))
    func `change nothing and make nothing undefined`(path: String) throws {
        let oracle = try Oracle(path: path)
        for run in try oracle.runs {
            switch run["algorithm"].text {
            case "sgd-hd", "sgdn-hd", "adam-hd":
                try replayHypergradient(run, of: oracle, Double.self, within: 1e-9)
                try replayHypergradient(run, of: oracle, Float.self, within: 1e-3)
            case "local-step-sizes", "smd":
                try replayLocalRates(run, of: oracle, Double.self, within: 1e-9)
                try replayLocalRates(run, of: oracle, Float.self, within: 1e-3)
            // Replayed with the scheduler of that name.
            case "marthe-exact": break
            case let other: throw CannotReplay(reason: "unknown algorithm '\(other)'")
            }
        }
    }
}

/// Repeats a run with a rate per parameter, with a scenario's words, and compares every number.
func replayLocalRates<S: Scalar>(
    _ run: Oracle.Node, of oracle: Oracle, _ type: S.Type, within tolerance: Double
) throws {
    let settings = run["settings"]
    var errors = RunErrors(run)
    let isMetaDescent = run["algorithm"].text == "smd"
    try errors.requireSettings(
        isMetaDescent
            ? ["lr0", "kappa", "lam", "rho", "gain", "curvature", "weight_decay", "steps"]
            : ["lr0", "kappa", "decay", "floor", "weight_decay", "steps"])
    let rate = settings["lr0"].number
    let rows = run["steps"].list
    var replay = try Replay<S>(
        oracle, scheduler: try isMetaDescent ? metaDescentWords(settings) : gainWords(settings),
        rate: rate, weightDecay: settings["weight_decay"].numbers.first ?? 0)
    try replay.restart(
        at: oracle.start, rate: rate, count: rows.count, batches: run["batches"].batches)
    for row in rows {
        let loss = replay.take().mean
        let rates = replay.values(.rates)
        errors.note("lr_min", [rates.min() ?? .nan], row["lr_min"])
        errors.note("lr_mean", [rates.reduce(0, +) / Double(rates.count)], row["lr_mean"])
        errors.note("the reported mean", [replay.steps.step.rate], row["lr_mean"])
        errors.note("lr_max", [rates.max() ?? .nan], row["lr_max"])
        if isMetaDescent {
            let (sum, squares) = replay.checksum(.scheduler(0))
            let magnitude = replay.values(.scheduler(0)).reduce(0) { $0 + abs($1) }
            errors.note("v_sum", [sum], row["v_sum"], scale: magnitude)
            errors.note("v_sq", [squares], row["v_sq"])
        }
        replay.noteStep(loss, row, &errors)
    }
    let final = run["final"]
    errors.note("final.params", replay.values(.weights), oracle.inOrder(final["params"]))
    errors.note("final.lr", replay.values(.rates), final["lr"])
    if isMetaDescent { errors.note("final.v", replay.values(.scheduler(0)), final["v"]) }
    errors.expect(within: tolerance, "\(oracle), \(type)")
}

private func gainWords(_ settings: Oracle.Node) -> String {
    "{ kind: local_gains, hyper_rate: \(settings["kappa"].number), decay: "
        + "\(settings["decay"].number), least_factor: \(settings["floor"].number), floor: none, "
        + "ceiling: none }"
}

private func metaDescentWords(_ settings: Oracle.Node) throws -> String {
    var words = "kind: smd, hyper_rate: \(settings["kappa"].number), floor: none, ceiling: none"
    words += ", memory: \(settings["lam"].number)"
    switch settings["gain"].text {
    case "linear": words += ", gain: linear, least_factor: \(settings["rho"].number)"
    case "exp": words += ", gain: exp"
    case let other: throw CannotReplay(reason: "unknown gain '\(other)'")
    }
    switch settings["curvature"].text {
    case "hessian": words += ", curvature: hessian"
    case "gauss-newton": words += ", curvature: gauss_newton"
    case let other: throw CannotReplay(reason: "unknown curvature '\(other)'")
    }
    return "{ \(words) }"
}
