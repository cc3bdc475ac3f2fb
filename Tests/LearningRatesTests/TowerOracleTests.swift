import Foundation
import LearningRates
import LinearAlgebra
import TestSupport
import Testing

/// A level of an oracle's tower in a scenario's words.
private struct Level {
    let kind: String
    /// The optimizer below everything, with the published package's conventions.
    let bottom: String
    /// The level above others.
    let above: String
    let tune: String
    let rate: Double
    /// Multiples of the rate, by the oracle's name; nil where all have one rate.
    let alphas: [(name: String, value: Double)]?
    /// The oracle's name of each hyperparameter beside the rate, and our word for it.
    let others: [(name: String, word: String)]

    private static let words = ["mu": "momentum", "gamma": "decay"]

    init(_ node: Oracle.Node, tensors: [String]) throws {
        let kind = node["kind"].text
        self.kind = kind
        let known: [String: (word: String, above: String, keys: [String], fixed: String)] = [
            "SGD": ("sgd", "sgd", ["mu"], ""), "SGDPerParam": ("sgd", "", [], ""),
            "Adam": ("adam", "adam", ["beta1", "beta2"], ", initial_square: 1e-8"),
            "AdamBaydin": ("adam", "adam_alpha", ["beta1", "beta2"], ", initial_square: 1e-8"),
            "RMSProp": ("rmsprop", "rmsprop", ["gamma"], ", epsilon_inside_root: true"),
            "RMSPropAlpha": ("rmsprop", "rmsprop_alpha", ["gamma"], ", epsilon_inside_root: true"),
            "AdaGrad": (
                "adagrad", "adagrad", [], ", initial_accumulator: 0.1, epsilon_inside_root: true"
            ),
        ]
        guard let (word, above, keys, fixed) = known[kind] else {
            throw CannotReplay(reason: "a level of kind '\(kind)'")
        }
        let rateKey = kind == "SGDPerParam" ? "alphas" : "alpha"
        for key in node.keys where !(keys + ["kind", rateKey]).contains(key) {
            throw CannotReplay(reason: "setting '\(key)' of a level of kind '\(kind)'")
        }
        let given = keys.filter { node[$0].number.isFinite }
            .map { ", \(Self.words[$0] ?? $0): \(node[$0].number)" }.joined()
        if kind == "SGDPerParam" {
            let named = tensors.filter { node["alphas"].keys.contains($0) }
            guard named.count == node["alphas"].keys.count, let first = named.first else {
                throw CannotReplay(reason: "rates of tensors that the model does not have")
            }
            let rate = node["alphas"][first].number
            self.rate = rate
            alphas = named.map { ($0, node["alphas"][$0].number / rate) }
        } else {
            rate = node["alpha"].number
            alphas = nil
        }
        let isAdapted = !["AdamBaydin", "RMSPropAlpha"].contains(kind)
        bottom = "{ kind: \(word)\(given)\(fixed) }"
        self.above = "{ kind: \(above), learning_rate: \(rate)\(given) }"
        tune = isAdapted ? "all" : "learning_rate"
        others = isAdapted ? keys.map { ($0, Self.words[$0] ?? $0) } : []
    }

    var isRoot: Bool { kind.hasPrefix("RMSProp") }

    /// The raw number of a value.
    func raw(_ name: String, _ value: Double) -> Double {
        switch name {
        case "alpha": isRoot ? value.squareRoot() : value
        case "beta1", "beta2", "gamma": atanh(2 * value - 1)
        default: value
        }
    }
}

@Suite struct `Towers against their authors' package` {
    static let files = Oracle.paths(family: "gdtuo")

    /// What a run of the oracle gave, level by level, under the oracle's names.
    private struct Row {
        var hypergradients: [[String: Double]] = []
        var values: [[String: Double]] = []
    }

    private static func scheduler(
        _ levels: [Level], names: [String], _ groups: ParameterGroups
    ) -> String {
        let above = levels.dropFirst().map(\.above).joined(separator: ", ")
        var words =
            "kind: tower, levels: [\(above)], tune: \(levels[0].tune), floor: none,"
            + " ceiling: none, momentum_ceiling: none"
        if let alphas = levels[0].alphas {
            let ours = Dictionary(uniqueKeysWithValues: zip(names, groups.tensorNames))
            let tensors = alphas.map { "\"\(ours[$0.name] ?? $0.name)\": \($0.value)" }
            words += ", scope: tensor, tensors: { \(tensors.joined(separator: ", ")) }"
        }
        return "{ \(words) }"
    }

    /// The state of all levels after a step, from what reports see.
    ///
    /// - Parameter before: the rates before it: gradients are those in the raw numbers then.
    private static func row<S: Scalar>(
        _ replay: borrowing Replay<S>, _ levels: [Level], before: [Double]
    ) -> Row {
        let readings = Dictionary(
            uniqueKeysWithValues: replay.steps.readings.map { ($0.name, $0.value) })
        var row = Row()
        for (index, level) in levels.enumerated() {
            var (slopes, values): ([String: Double], [String: Double]) = ([:], [:])
            for (name, word) in level.others {
                // A momentum of 0 is no hyperparameter of ours: it does not move.
                slopes[name] = readings["level\(index).\(word).hypergradient"] ?? 0
                values[name] = readings["level\(index).\(word)"] ?? 0
            }
            if index > 0 {
                slopes["alpha"] = readings["level\(index).learning_rate.hypergradient"]
                values["alpha"] = readings["level\(index).learning_rate"]
            } else if let alphas = level.alphas {
                for (name, _) in alphas {
                    let group = replay.problem.names.firstIndex(of: name) ?? 0
                    slopes["\(name)_alpha"] = replay.steps.step.hypergradients[group]
                    values["\(name)_alpha"] = replay.steps.step.rates[group]
                }
            } else {
                let chain = level.isRoot ? 2 * before[0].squareRoot() : 1
                slopes["alpha"] = replay.steps.step.hypergradients[0] * chain
                values["alpha"] = replay.steps.step.rates[0]
            }
            row.hypergradients.append(slopes)
            row.values.append(values)
        }
        return row
    }

    private static func replay<S: Scalar>(
        _ type: S.Type, _ oracle: Oracle, _ run: Oracle.Node, tolerance: Double
    ) throws {
        for key in run["settings"].keys where !["levels", "steps"].contains(key) {
            throw CannotReplay(reason: "setting '\(key)'")
        }
        let names = oracle["init"]["order"].list.map(\.text)
        let levels = try run["settings"]["levels"].list.map { try Level($0, tensors: names) }
        // Made once for the names of its tensors.
        var layout = BlockLayout()
        let groups = try OracleProblem<S>(oracle, in: &layout).groups
        var replay = try Replay<S>(
            oracle, scheduler: scheduler(levels, names: names, groups),
            optimizer: levels[0].bottom, rate: levels[0].rate)
        let rows = run["steps"].list
        try #require(rows.count == Int(run["settings"]["steps"].number))
        try replay.restart(
            at: oracle.start, rate: levels[0].rate, count: rows.count,
            batches: run["batches"].batches)
        for (index, want) in rows.enumerated() {
            let before = replay.steps.step.rates
            let loss = replay.take().mean
            let got = row(replay, levels, before: before)
            let place = "\(oracle) \(run["id"].text) t \(index + 1)"
            let sums = replay.checksum(.weights)
            #expect(relativeError([loss], want["loss"].numbers) <= tolerance, "\(place): loss")
            #expect(
                relativeError([sum(of: sums).0], want["param_sum"].numbers, scale: sum(of: sums).1)
                    <= tolerance, "\(place): param_sum")
            #expect(
                relativeError([sums.squares], want["param_sq"].numbers) <= tolerance,
                "\(place): param_sq")
            compare(got, want, levels, rows, tolerance, place)
        }
        try compareEnd(&replay, oracle, run, levels, tolerance)
    }

    /// A sum of parameters may cross zero: its scale is their size.
    private static func sum(of sums: (sum: Double, squares: Double)) -> (Double, Double) {
        (sums.sum, max(abs(sums.sum), sums.squares.squareRoot()))
    }

    private static func compare(
        _ got: Row, _ want: Oracle.Node, _ levels: [Level], _ rows: [Oracle.Node],
        _ tolerance: Double, _ place: String
    ) {
        for (index, level) in levels.enumerated() {
            let slopes = want["hypergrad"].list[index]
            #expect(Set(slopes.keys) == Set(got.hypergradients[index].keys), "\(place)")
            for name in slopes.keys {
                // It crosses zero: the scale is the largest of the run.
                let scale = rows.map { abs($0["hypergrad"].list[index][name].number) }.max()
                let slope = got.hypergradients[index][name] ?? .nan
                let allowed = name == "beta2" ? 5 * tolerance : tolerance
                #expect(
                    relativeError([slope], slopes[name].numbers, scale: scale) <= allowed,
                    "\(place): level \(index) hypergrad \(name): \(slope)")
            }
            compareState(
                got.values[index], want["raw"].list[index], want["value"].list[index], level,
                tolerance, "\(place): level \(index)")
        }
    }

    private static func compareState(
        _ got: [String: Double], _ raw: Oracle.Node, _ value: Oracle.Node, _ level: Level,
        _ tolerance: Double, _ place: String
    ) {
        #expect(Set(raw.keys) == Set(got.keys) && Set(value.keys) == Set(got.keys), "\(place)")
        for name in value.keys {
            let ours = got[name] ?? .nan
            #expect(
                isClose(ours, value[name].number, tolerance), "\(place) value \(name): \(ours)")
            #expect(
                isClose(level.raw(name, ours), raw[name].number, tolerance),
                "\(place) raw \(name): \(ours)")
        }
    }

    private static func isClose(_ got: Double, _ want: Double, _ tolerance: Double) -> Bool {
        abs(got - want) <= tolerance * abs(want) + 1e-12
    }

    private static func compareEnd<S: Scalar>(
        _ replay: inout Replay<S>, _ oracle: Oracle, _ run: Oracle.Node, _ levels: [Level],
        _ tolerance: Double
    ) throws {
        let place = "\(oracle) \(run["id"].text) final"
        let final = run["final"]
        let known = ["params", "raw", "value", "full_train_loss"]
        #expect(Set(final.keys) == Set(known), "\(place)")
        let weights = replay.values(.weights)
        #expect(
            relativeError(weights, oracle.inOrder(final["params"])) <= tolerance, "\(place) params")
        let got = row(replay, levels, before: replay.steps.step.rates)
        for (index, level) in levels.enumerated() {
            compareState(
                got.values[index], final["raw"].list[index], final["value"].list[index], level,
                tolerance, "\(place): level \(index)")
        }
        replay.problem.restart(batches: nil, validation: nil)
        replay.problem.nextBatch(&replay.steps.step.slots)
        let (w, g) = (replay.steps.step.vector(.weights), replay.steps.step.vector(.gradient))
        let loss = replay.problem.gradient(&replay.steps.step.slots, at: w, into: g).mean
        #expect(
            relativeError([loss], final["full_train_loss"].numbers) <= tolerance, "\(place) loss")
    }

    @Test(arguments: files)
    func `every column of every step in double precision`(path: String) throws {
        let oracle = try Oracle(path: path)
        for run in try oracle.runs {
            try #require(run["algorithm"].text == "gdtuo")
            try Self.replay(Double.self, oracle, run, tolerance: 1e-9)
        }
    }

    @Test(arguments: files)
    func `every column of every step in single precision`(path: String) throws {
        let oracle = try Oracle(path: path)
        for run in try oracle.runs { try Self.replay(Float.self, oracle, run, tolerance: 1e-3) }
    }
}
