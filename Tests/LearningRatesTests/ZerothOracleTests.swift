import Foundation
import LearningRates
import LinearAlgebra
import TestSupport
import Testing

/// The `zeroth` family: perturbations are inputs.
@Suite struct `Zeroth-order oracles` {
    @Test(arguments: Oracle.paths(family: "zeroth"))
    func `are replayed in Double, and nearly in Float`(path: String) throws {
        let oracle = try Oracle(path: path)
        for run in try oracle.runs {
            switch run["algorithm"].text {
            case "hozog":
                try twoPoint(oracle, run, Double.self, within: 1e-9)
                // Differences of losses over a smoothing of 0.01 lose two digits more.
                try twoPoint(oracle, run, Float.self, within: 1e-3)
            case "pes":
                try evolution(oracle, run, Double.self, within: 1e-9)
                try evolution(oracle, run, Float.self, within: 1e-3)
            default: throw CannotReplay(reason: "\(oracle): \(run["algorithm"].text)")
            }
        }
    }

    /// Each estimate starts from the initial weights: a round of one window.
    private func twoPoint<S: Scalar>(
        _ oracle: Oracle, _ run: Oracle.Node, _ type: S.Type, within tolerance: Double
    ) throws {
        let settings = run["settings"]
        try #require(settings["hyper"].list.map(\.text) == ["log lr", "log weight decay"])
        let start = settings["raw0"].numbers.map { exp($0) }
        let inner = Int(settings["inner_steps"].number)
        let directions = settings["directions"].list
        var replay = try Replay<S>(
            oracle,
            scheduler: """
                { kind: zeroth_order, directions: \(directions.count), interval: \(inner), \
                smoothing: \(settings["smoothing"].number), hyper_rate: \
                \(settings["kappa"].number), tune_weight_decay: true, floor: none, ceiling: none }
                """,
            rate: start[0], weightDecay: start[1])
        let steps = run["steps"].list
        let scale = steps.flatMap { $0["estimate"].numbers }.map { abs($0) }.max()
        var raw = settings["raw0"].numbers
        var state: Carried = []
        for row in steps {
            func check(_ what: String, _ got: [Double], _ scale: Double? = nil) {
                let error = relativeError(got, row[what].numbers, scale: scale)
                #expect(error < tolerance, "\(oracle) \(run["id"].text), \(type): \(what)")
            }
            check("raw", raw)
            replay.steps.step.givenNormals = directions.flatMap(\.numbers)[...]
            try replay.restart(
                at: oracle.start, rate: start[0], count: inner, batches: run["batches"].batches,
                validation: run["val_batches"].batches, state: state)
            let (rate, decay) = (replay.steps.step.rate, replay.problem.weightDecay)
            for _ in 0..<inner { _ = replay.take() }
            replay.steps.finish(&replay.problem)
            state = replay.steps.carried
            let losses = replay.steps.readings.map(\.value)
            check("value", [losses[0]])
            check("perturbed", Array(losses.dropFirst()))
            let kappa = settings["kappa"].number
            let moved = [
                log(replay.steps.step.rate / rate),
                log(replay.problem.weightDecay / decay),
            ]
            check("estimate", moved.map { -$0 / kappa }, scale)
            // In natural units the rate's is divided by the rate.
            check(
                "estimate",
                [
                    replay.steps.step.hypergradients[0] * rate, -moved[1] / kappa,
                ], scale)
            raw = [log(replay.steps.step.rate), log(replay.problem.weightDecay)]
        }
        #expect(relativeError(raw, run["final"]["raw"].numbers) < tolerance)
    }

    private func evolution<S: Scalar>(
        _ oracle: Oracle, _ run: Oracle.Node, _ type: S.Type, within tolerance: Double
    ) throws {
        let settings = run["settings"]
        try #require(settings["hyper"].list.map(\.text) == ["log lr"])
        let (start, sigma) = (exp(settings["raw0"].number), settings["sigma"].number)
        let (pairs, window) = (Int(settings["pairs"].number), Int(settings["truncation"].number))
        let kappa = settings["kappa"].number
        var replay = try Replay<S>(
            oracle,
            scheduler: """
                { kind: pes, pairs: \(pairs), interval: \(window), sigma: \(sigma), hyper_rate: \
                \(kappa), floor: none, ceiling: none }
                """,
            rate: start)
        let drawn = settings["perturbations"].list.flatMap(\.numbers)
        replay.steps.step.givenNormals = drawn.map { $0 / sigma }[...]
        try replay.restart(
            at: oracle.start, rate: start, count: Int(settings["total_steps"].number),
            batches: run["batches"].batches, validation: run["val_batches"].batches)
        let steps = run["steps"].list
        let scale = steps.flatMap { [$0["pes"].number, $0["es"].number] }.map { abs($0) }.max()
        for (index, row) in steps.enumerated() {
            func check(_ what: String, _ got: [Double], _ scale: Double? = nil) {
                let error = relativeError(got, row[what].numbers, scale: scale)
                #expect(error < tolerance, "\(oracle) \(run["id"].text), \(type): \(what)")
            }
            let rate = replay.steps.step.rate
            check("raw", [log(rate)])
            for _ in 0..<window { _ = replay.take() }
            let readings = replay.steps.readings.map(\.value)
            let losses = (0..<pairs).map { (up: readings[3 * $0], down: readings[3 * $0 + 1]) }
            check("losses", losses.flatMap { [$0.up, $0.down] })
            check("accumulated", (0..<pairs).map { readings[3 * $0 + 2] })
            check("pes", [replay.steps.step.hypergradients[0] * rate], scale)
            let fresh = (0..<pairs).map {
                drawn[index * pairs + $0] * (losses[$0].up - losses[$0].down)
            }
            check("es", [fresh.reduce(0, +) / (2 * Double(pairs) * sigma * sigma)], scale)
        }
        let end = log(replay.steps.step.rate)
        #expect(relativeError([end], run["final"]["raw"].numbers) < tolerance)
    }
}
