import LearningRates
import LinearAlgebra
import TestSupport
import Testing

/// Numbers of the authors' code and of an independent implementation of the equations.
@Suite struct `RTHO and MARTHE against oracles` {
    private struct Columns {
        var got: [String: [Double]] = [:]
        var want: [String: [Double]] = [:]
        mutating func add(_ name: String, _ got: Double, _ want: Oracle.Node) {
            self.got[name, default: []].append(got)
            self.want[name, default: []].append(want.number)
        }
    }

    @Test(arguments: Oracle.paths(family: "marthe"))
    func `every run of the family, in both precisions`(path: String) throws {
        let oracle = try Oracle(path: path)
        for run in try oracle.runs {
            try check(run, of: oracle, Double.self, within: 1e-9)
            try check(run, of: oracle, Float.self, within: 1e-3)
        }
    }

    @Test(arguments: Oracle.paths(family: "edge"))
    func `zero gradients and dead coordinates`(path: String) throws {
        let oracle = try Oracle(path: path)
        let runs = try oracle.runs.filter { $0["algorithm"].text == "marthe-exact" }
        for run in try nonEmpty(runs) {
            try check(run, of: oracle, Double.self, within: 1e-9)
            try check(run, of: oracle, Float.self, within: 1e-3)
        }
    }

    private func check<S: Scalar>(
        _ run: Oracle.Node, of oracle: Oracle, _ type: S.Type, within tolerance: Double
    ) throws {
        let settings = run["settings"]
        let isExact = run["algorithm"].text == "marthe-exact"
        let rate = settings["lr0"].number
        var replay = try Replay<S>(
            oracle, scheduler: scheduler(run), optimizer: base(settings), rate: rate,
            weightDecay: settings["weight_decay"].numbers.first ?? 0)
        let rows = run["steps"].list
        try replay.restart(
            at: oracle.start, rate: rate, count: rows.count, batches: run["batches"].batches,
            validation: run["val_batches"].batches)
        var columns = Columns()
        for row in rows {
            try take(&replay, row, isExact: isExact, &columns)
        }
        for (name, want) in columns.want {
            let scale = name == "hypergrad" ? want.map { abs($0) }.max() : nil
            let got = columns.got[name] ?? []
            for (index, want) in want.enumerated() {
                // A value near zero is compared with its column: sums cross zero.
                let error = relativeError(
                    [got[index]], [want], scale: scale ?? largest(columns, name))
                #expect(
                    error <= tolerance || abs(got[index] - want) <= 1e-12,
                    "\(oracle) \(run["id"].text) \(type) \(name)[\(index)]: \(got[index]), \(want)")
            }
        }
        try checkEnd(&replay, run, oracle, within: tolerance)
    }

    /// The largest of a column; of sums, which may cancel to 0, at least the vector's norm.
    private func largest(_ columns: Columns, _ name: String) -> Double {
        let own = columns.want[name]?.map { abs($0) }.max() ?? 0
        let squares = name == "z_sum" ? "z_sq" : name == "param_sum" ? "param_sq" : name
        guard squares != name else { return own }
        return max(own, columns.want[squares]?.max()?.squareRoot() ?? 0)
    }

    private func take<S: Scalar>(
        _ replay: inout Replay<S>, _ row: Oracle.Node, isExact: Bool, _ columns: inout Columns
    ) throws {
        let (before, rateBefore) = (readings(replay), replay.steps.step.rate)
        let loss = replay.take()
        let (after, rateAfter) = (readings(replay), replay.steps.step.rate)
        let (parameters, tangent) = (
            replay.checksum(.weights), replay.checksum(.scheduler(0))
        )
        guard case .object(let fields) = row else {
            throw CannotReplay(reason: "a step is no object")
        }
        for (name, want) in fields where name != "t" {
            let got: Double? =
                switch name {
                case "loss": loss.mean
                case "val_loss": replay.problem.validationLosses.first
                case "hypergrad": replay.steps.step.hypergradients[0]
                case "lr": isExact ? rateAfter : rateBefore
                case "lr_next": rateAfter
                case "kappa": (isExact ? after : before)["kappa"]
                case "mu": before["mu"]
                case "mu_next": after["mu"]
                case "q", "c": after[name]
                case "z_sum": tangent.sum
                case "z_sq": tangent.squares
                case "param_sum": parameters.sum
                case "param_sq": parameters.squares
                default: nil
                }
            columns.add(name, got ?? .nan, want)
        }
    }

    private func checkEnd<S: Scalar>(
        _ replay: inout Replay<S>, _ run: Oracle.Node, _ oracle: Oracle, within tolerance: Double
    ) throws {
        let end = readings(replay)
        guard case .object(let final) = run["final"], final["params"] != nil else {
            throw CannotReplay(reason: "a run has no end")
        }
        for (name, want) in final {
            let (got, expected): ([Double], [Double]) =
                switch name {
                case "params": (replay.values(.weights), oracle.inOrder(want))
                case "z": (replay.values(.scheduler(0)), want.numbers)
                case "lr": ([replay.steps.step.rate], want.numbers)
                case "kappa", "mu": ([end[name] ?? .nan], want.numbers)
                default: throw CannotReplay(reason: "unknown final value '\(name)'")
                }
            let error = relativeError(got, expected)
            #expect(
                error <= tolerance, "\(oracle) \(run["id"].text) final \(name): \(got), \(expected)"
            )
        }
        // RTHO with a constant rate is exact: the derivative through all steps.
        guard run.keys.contains("unrolled_dE_dlr") else {
            #expect(!run["id"].text.contains("rtho-constant"), "\(oracle) \(run["id"].text)")
            return
        }
        let exact = run["unrolled_dE_dlr"].number
        // E on all validation samples at the end, whatever the run's batches were.
        replay.problem.restart(batches: nil, validation: nil)
        let derivative = replay.validationDerivative(along: .scheduler(0))
        #expect(relativeError([derivative], [exact]) <= tolerance, "\(run["id"].text)")
    }

    private func readings<S: Scalar>(_ replay: borrowing Replay<S>) -> [String: Double] {
        Dictionary(uniqueKeysWithValues: replay.steps.readings.map { ($0.name, $0.value) })
    }

    /// A run's settings as a scenario writes them.
    private func scheduler(_ run: Oracle.Node) throws -> String {
        let settings = run["settings"]
        guard case .object(let keys) = settings else {
            throw CannotReplay(reason: "a run without settings")
        }
        let isExact = run["algorithm"].text == "marthe-exact"
        guard isExact || ["marthe", "rtho", "hd-validation"].contains(run["algorithm"].text) else {
            throw CannotReplay(reason: "unknown algorithm '\(run["algorithm"].text)'")
        }
        var words = ["kind: marthe", "form: \(isExact ? "paper" : "released_code")"]
        words.append("ceiling: none")
        if !isExact, keys["grad_clip"] == nil { words.append("gradient_clip: none") }
        for (key, value) in keys {
            switch key {
            case "base", "lr0", "momentum", "dampening", "weight_decay", "steps", "order": break
            case "adam_beta1", "adam_beta2", "adam_eps", "adam_form": break
            case "kappa0": words.append("hyper_rate: \(value.number)")
            case "mu0":
                words.append("mu: \(value.text == "adapt" ? "adaptive" : "\(value.number)")")
            case "kappa_step":
                words.append("kappa_step: \(value.number)")
                if !isExact, value.number > 0 { words.append("kappa_rule: released_code") }
            case "kappa_rule": words.append("kappa_rule: \(value.text)")
            case "grad_clip":
                words.append("gradient_clip: \(value.number > 0 ? "\(value.number)" : "none")")
            case "first_order": words.append("first_order: \(value.number != 0)")
            case "z_lr": words.append("tangent_rate: \(value.text)")
            case "lr_floor":
                let floor = value.numbers.first.map { $0 / settings["lr0"].number }
                words.append("floor: \(floor.map { "\($0)" } ?? "none")")
            default: throw CannotReplay(reason: "unknown setting '\(key)'")
            }
        }
        return "{ \(words.joined(separator: ", ")) }"
    }
}

/// The optimizer of an oracle's settings.
func base(_ settings: Oracle.Node) throws -> String {
    let momentum = settings["momentum"].numbers.first ?? 0
    let dampening = settings["dampening"].numbers.first ?? 0
    switch settings["base"].text {
    case "sgd": return "sgd"
    case "sgdm" where momentum == 0, "sgdn" where momentum == 0: return "sgd"
    case "sgdm": return "{ kind: sgd, momentum: \(momentum), dampening: \(dampening) }"
    case "sgdn": return "{ kind: sgd, momentum: \(momentum), nesterov: true }"
    case "adam":
        guard settings["adam_form"].text == "paper" else {
            throw CannotReplay(reason: "adam_form '\(settings["adam_form"].text)'")
        }
        let (beta1, beta2) = (settings["adam_beta1"].number, settings["adam_beta2"].number)
        return "{ kind: adam, beta1: \(beta1), beta2: \(beta2),"
            + " epsilon: \(settings["adam_eps"].number) }"
    default: throw CannotReplay(reason: "unknown base '\(settings["base"].text)'")
    }
}

extension Replay {
    /// ⟨∇E(w), v⟩ on the problem's next validation batch.
    mutating func validationDerivative(along v: VectorName) -> Double {
        problem.nextValidationBatch(&steps.step.slots)
        let (weights, gradient) = (steps.step.vector(.weights), steps.step.vector(.gradient))
        _ = problem.validationGradient(&steps.step.slots, at: weights, into: gradient)
        return steps.step.dot(.gradient, v)
    }
}
