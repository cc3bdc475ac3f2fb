import Glibc
import LearningRates
import LinearAlgebra
import TestSupport
import Testing

/// One-pass tuning against the authors' code; the fields are those of Tests/Oracles/README.md.
@Suite struct `Oracles of implicit differentiation` {
    static let paths = Oracle.paths(family: "clarke")

    @Test(arguments: paths)
    func `every run is repeated in double precision`(path: String) throws {
        let oracle = try Oracle(path: path)
        for run in try oracle.runs { try check(run, of: oracle, Double.self, within: 1e-9) }
    }

    @Test(arguments: paths)
    func `every run is repeated in single precision`(path: String) throws {
        let oracle = try Oracle(path: path)
        for run in try oracle.runs { try check(run, of: oracle, Float.self, within: 1e-3) }
    }

    /// A run's settings in a scenario's words.
    private struct Configuration {
        static let words = [
            "lr": "learning_rate", "momentum": "momentum", "weight_decay": "weight_decay",
        ]
        var scheduler: String
        var optimizer: String
        var start: [String: Double] = [:]
        let tuned: [String]
        let interval: Int
        let lookBack: Int
        let perParameter: Bool
        let settings: Oracle.Node

        init(_ run: Oracle.Node) throws {
            settings = run["settings"]
            guard run["algorithm"].text == "clarke",
                settings["terms"].text == "powers 0..look_back-1"
            else { throw CannotReplay(reason: "unknown method or series") }
            tuned = settings["tuned"].list.map(\.text)
            interval = Int(settings["update_interval"].number)
            lookBack = Int(settings["look_back"].number)
            perParameter = settings["per_element_lr"].number == 1
            guard perParameter || settings["per_element_lr"].number == 0 else {
                throw CannotReplay(reason: "per_element_lr is neither true nor false")
            }
            var keys = try Self.keys(settings, tuned: tuned)
            keys += ["update_interval: \(interval)", "look_back: \(lookBack)"]
            keys.append("scope: \(perParameter ? "parameter" : "global")")
            scheduler = "{ kind: implicit, \(keys.joined(separator: ", ")) }"
            optimizer = ""
            for name in Self.words.keys {
                start[name] = Self.value(settings["raw0"][name].number, name, settings)
            }
            optimizer = try baseOptimizer()
        }

        /// How a raw value is transformed: nil as it is.
        func transform(_ name: String) -> String? {
            let text = settings["transform"][name].text
            return text.isEmpty ? nil : text
        }

        func raw(_ value: Double, _ name: String) -> Double {
            switch transform(name) {
            case "10^": log10(value)
            case "sigmoid": log(value / (1 - value))
            default: value
            }
        }

        /// ∂value/∂raw.
        func slope(_ value: Double, _ name: String) -> Double {
            switch transform(name) {
            case "10^": value * log(10)
            case "sigmoid": value * (1 - value)
            default: 1
            }
        }

        private func baseOptimizer() throws -> String {
            let momentum = start["momentum"] ?? 0
            return switch settings["base"].text {
            case "sgd": "sgd"
            case "sgdm": "{ kind: sgd, momentum: \(momentum) }"
            case "sgdn": "{ kind: sgd, nesterov: true, momentum: \(momentum) }"
            case "adam": "adam"
            default: throw CannotReplay(reason: "unknown base '\(settings["base"].text)'")
            }
        }

        private static func keys(_ settings: Oracle.Node, tuned: [String]) throws -> [String] {
            let names = tuned.compactMap { words[$0] }
            var keys = ["tune: [\(names.joined(separator: ", "))]"]
            let forms = Set(words.keys.map { settings["transform"][$0].text })
            switch (settings["transform"]["lr"].text, forms) {
            case ("10^", ["10^", "sigmoid"]): keys.append("transform: log")
            case ("", [""]): keys.append("transform: natural")
            default: throw CannotReplay(reason: "unknown transforms \(forms)")
            }
            keys.append("hyper_rate: \(settings["kappa"].number)")
            switch settings["meta_optimizer"].text {
            case "adam":
                keys += ["meta_beta1: \(settings["meta_beta1"].number)"]
                keys += ["meta_beta2: \(settings["meta_beta2"].number)"]
                keys += ["meta_epsilon: \(settings["meta_eps"].number)"]
            case "sgd": keys.append("meta_optimizer: sgd")
            default: throw CannotReplay(reason: "unknown meta_optimizer")
            }
            for (name, key) in [
                ("lr", "rate"), ("momentum", "momentum"), ("weight_decay", "weight_decay"),
            ] {
                let clip = settings["raw_clip"][name].numbers
                for (word, index) in [("lowest", 0), ("highest", 1)] {
                    guard clip.count == 2 else {
                        keys.append("\(word)_\(key): none")
                        continue
                    }
                    keys.append("\(word)_\(key): \(value(clip[index], name, settings))")
                }
            }
            return keys
        }

        private static func value(
            _ raw: Double, _ name: String, _ settings: Oracle.Node
        ) -> Double {
            switch settings["transform"][name].text {
            case "10^": pow(10, raw)
            case "sigmoid": 1 / (1 + exp(-raw))
            default: raw
            }
        }
    }

    /// What has the largest error of a run, for the message.
    private struct Errors {
        var largest = 0.0
        var place = ""

        mutating func add(
            _ got: [Double], _ want: [Double], _ place: String, scale: Double? = nil
        ) {
            let error = relativeError(got, want, scale: scale)
            if !(error <= largest) { (largest, self.place) = (error, place) }
        }
    }

    private func check<S: Scalar>(
        _ run: Oracle.Node, of oracle: Oracle, _ type: S.Type, within tolerance: Double
    ) throws {
        let it = try Configuration(run)
        let rows = run["steps"].list
        #expect(rows.count == Int(it.settings["outer_steps"].number))
        let decay = it.start["weight_decay"] ?? 0
        var replay = try Replay<S>(
            oracle, scheduler: it.scheduler, optimizer: it.optimizer, rate: it.start["lr"] ?? 0,
            weightDecay: decay)
        let validation = run["val_batches"].batches.map { batches in
            stride(from: it.interval - 1, to: batches.count, by: it.interval).map { batches[$0] }
        }
        try replay.restart(
            at: oracle.start, rate: it.start["lr"] ?? 0, count: rows.count * it.interval,
            batches: run["batches"].batches, validation: validation)
        var errors = Errors()
        for row in rows { try compare(row, it, &replay, rows, &errors) }
        errors.add(
            replay.values(.weights), oracle.inOrder(run["final"]["params"]), "final parameters")
        for name in it.tuned {
            let got = value(name, it, replay).map { it.raw($0, name) }
            errors.add(got, raw(run["final"]["raw"][name], it, oracle), "final \(name)")
        }
        #expect(
            errors.largest <= tolerance,
            "\(oracle) \(run["id"].text): \(errors.largest) in \(errors.place)")
    }

    /// Takes the steps of a row, and compares all of its columns.
    private func compare<S: Scalar>(
        _ row: Oracle.Node, _ it: Configuration, _ replay: inout Replay<S>, _ rows: [Oracle.Node],
        _ errors: inout Errors
    ) throws {
        let place = "row \(Int(row["outer"].number))"
        var used: [String: [Double]] = [:]
        for name in it.tuned {
            let value = value(name, it, replay)
            used[name] = value
            errors.add(value, row["value"][name].numbers, "\(place) value \(name)")
            errors.add(
                value.map { it.raw($0, name) }, row["raw"][name].numbers, "\(place) raw \(name)")
        }
        var losses: [Double] = []
        for _ in 0..<it.interval { losses.append(replay.take().mean) }
        errors.add(losses, row["losses"].numbers, "\(place) losses")
        let weights = replay.steps.step.vector(.weights)
        let loss = replay.problem.validationLoss(&replay.steps.step.slots, at: weights)
        errors.add([loss.mean], row["val_loss"].numbers, "\(place) val_loss")
        let checksum = replay.checksum(.weights)
        // Sums cancel: their scale is that of the numbers that are added.
        let size = row["param_sq"].number.squareRoot()
        errors.add(
            [checksum.sum], row["param_sum"].numbers, "\(place) param_sum",
            scale: max(size, abs(row["param_sum"].number)))
        errors.add([checksum.squares], row["param_sq"].numbers, "\(place) param_sq")
        for name in it.tuned {
            let natural = hypergradient(name, it, replay)
            let transformed = zip(natural, used[name] ?? []).map { $0 * it.slope($1, name) }
            for (column, got) in [("hypergrad", natural), ("hypergrad_raw", transformed)] {
                let scale = rows.flatMap { $0[column][name].numbers }.map { abs($0) }.max()
                errors.add(
                    got, row[column][name].numbers, "\(place) \(column) \(name)", scale: scale)
            }
            let next = value(name, it, replay).map { it.raw($0, name) }
            errors.add(next, row["raw_next"][name].numbers, "\(place) raw_next \(name)")
        }
        let columns: Set = [
            "outer", "losses", "val_loss", "raw", "value", "hypergrad", "hypergrad_raw",
            "raw_next", "param_sum", "param_sq",
        ]
        #expect(row.keys.isSubset(of: columns), "a column that is not compared")
    }

    private func value<S: Scalar>(
        _ name: String, _ it: Configuration, _ replay: borrowing Replay<S>
    ) -> [Double] {
        switch name {
        case "lr": it.perParameter ? replay.values(.rates) : replay.steps.step.rates
        case "momentum": [replay.steps.step.hyperparameters.momentum]
        case "weight_decay": [replay.problem.weightDecay]
        default: []
        }
    }

    private func hypergradient<S: Scalar>(
        _ name: String, _ it: Configuration, _ replay: borrowing Replay<S>
    ) -> [Double] {
        guard name == "lr" else {
            let key = "\(name)_hypergradient"
            return replay.steps.readings.filter { $0.name == key }.map(\.value)
        }
        guard it.perParameter else { return replay.steps.step.hypergradients }
        // −p ∘ d, where p lies in the method's first vector.
        guard let direction = replay.steps.step.previousDirection else { return [] }
        let d = direction == .previousGradient ? VectorName.gradient : direction
        return zip(replay.values(.scheduler(0)), replay.values(d)).map { -$0 * $1 }
    }

    /// A tuned value of `final`: one number, or arrays by the parameters' names.
    private func raw(_ node: Oracle.Node, _ it: Configuration, _ oracle: Oracle) -> [Double] {
        let named = oracle.inOrder(node)
        return named.isEmpty ? node.numbers : named
    }
}
