import LearningRates
import LinearAlgebra
import TestSupport
import Testing

/// DSA (reconstruction) against an independent implementation; the fields are those of
/// Tests/Oracles/README.md.
@Suite struct `Oracles of DSA` {
    static let files = Oracle.paths(family: "local")

    private static func runs(of oracle: Oracle) throws -> [Oracle.Node] {
        try nonEmpty(oracle.runs.filter { $0["algorithm"].text == "dsa-recon" })
    }

    /// A run's settings in a scenario's words.
    private static func scheduler(_ settings: Oracle.Node) throws -> String {
        let known: Set = ["lr0", "lr_max", "kappa", "redo", "structure", "steps"]
        guard settings.keys == known else {
            throw CannotReplay(reason: "settings \(settings.keys.sorted())")
        }
        var words = "kind: dsa, hyper_rate: \(settings["kappa"].number), floor: none, ceiling: none"
        switch settings["redo"].number {
        case 1: words += ", redo: true"
        case 0: words += ", redo: false"
        default: throw CannotReplay(reason: "redo is neither true nor false")
        }
        switch settings["structure"].text {
        case "sigmoid":
            let multiple = settings["lr_max"].number / settings["lr0"].number
            words += ", structure: sigmoid, eta_max: \(multiple)"
        case "exp": words += ", structure: exp"
        default: throw CannotReplay(reason: "structure '\(settings["structure"].text)'")
        }
        return "{ \(words) }"
    }

    private static func replay<S: Scalar>(
        _ type: S.Type, _ oracle: Oracle, _ run: Oracle.Node, tolerance: Double
    ) throws {
        let rate = run["settings"]["lr0"].number
        var replay = try Replay<S>(
            oracle, scheduler: try scheduler(run["settings"]), rate: rate)
        let rows = run["steps"].list
        try #require(rows.count == Int(run["settings"]["steps"].number))
        try replay.restart(
            at: oracle.start, rate: rate, count: rows.count, batches: run["batches"].batches)
        for (index, want) in rows.enumerated() {
            let loss = replay.take().mean
            let readings = Dictionary(
                uniqueKeysWithValues: replay.steps.readings.map { ($0.name, $0.value) })
            let rates = replay.values(.rates)
            let (weights, count) = (replay.checksum(.weights), Double(rates.count))
            let got = [
                "t": Double(index + 1), "loss": loss, "tentative_loss": readings["tentative_loss"],
                "hypergrad_sum": readings["gamma_hypergradient"],
                "hypergrad_sq": readings["gamma_hypergradient_squares"],
                "lr_min": rates.min(), "lr_mean": rates.reduce(0, +) / count,
                "lr_max": rates.max(), "param_sum": weights.sum, "param_sq": weights.squares,
            ]
            #expect(want.keys == Set(got.keys), "\(oracle) \(run["id"].text)")
            for (name, value) in got {
                // What crosses zero is measured by the largest of the run.
                let scale =
                    name.hasPrefix("hypergrad") || name == "param_sum"
                    ? rows.map { abs($0[name].number) }.max() : nil
                let error = relativeError([value ?? .nan], want[name].numbers, scale: scale)
                #expect(
                    error <= tolerance, "\(oracle) \(run["id"].text) t \(index + 1) \(name)")
            }
        }
        let final = run["final"]
        #expect(final.keys == ["params", "gamma", "lr"])
        for (slot, want) in [
            (VectorName.weights, oracle.inOrder(final["params"])),
            (.scheduler(0), final["gamma"].numbers),
            (.rates, final["lr"].numbers),
        ] {
            #expect(
                relativeError(replay.values(slot), want) <= tolerance,
                "\(oracle) \(run["id"].text) final \(slot)")
        }
    }

    @Test(arguments: files)
    func `every column of every step in double precision`(path: String) throws {
        let oracle = try Oracle(path: path)
        for run in try Self.runs(of: oracle) {
            try Self.replay(Double.self, oracle, run, tolerance: 1e-9)
        }
    }

    @Test(arguments: files)
    func `every column of every step in single precision`(path: String) throws {
        let oracle = try Oracle(path: path)
        for run in try Self.runs(of: oracle) {
            try Self.replay(Float.self, oracle, run, tolerance: 1e-3)
        }
    }
}
