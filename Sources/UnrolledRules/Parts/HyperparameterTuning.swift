import Bytes
import LearningRates
import LinearAlgebra
import RealModule
import Settings

/// A hyperparameter of the weight update that can be tuned.
enum Hyperparameter: String, CaseIterable, Sendable {
    case learningRate = "learning_rate"
    case momentum
    case weightDecay = "weight_decay"
}

/// The tuned hyperparameters, their coordinates, their meta-optimizer and their bounds.
struct HyperparameterTuning: Sendable {
    let isLogarithmic: Bool
    let isAdam: Bool
    private let hyperRate: Double
    private let beta1: Double
    private let beta2: Double
    private let epsilon: Double
    private var tuned: [Hyperparameter] = []
    private var limits: [(lower: Double, upper: Double)] = []

    /// Reads `tune`, `transform`, `meta_optimizer`, `hyper_rate`, its betas, and the bounds.
    init(_ settings: Settings) {
        let words = settings.texts(
            "tune", canBeEmpty: false,
            "which of learning_rate, momentum, weight_decay; learning_rate where not given")
        tuned = words.isEmpty ? [.learningRate] : words.compactMap(Hyperparameter.init(rawValue:))
        if tuned.count < words.count || Set(tuned).count < tuned.count {
            settings.reject(
                "tune", expected: "learning_rate, momentum and weight_decay, each at most once",
                found: "[\(words.joined(separator: ", "))]")
        }
        isLogarithmic = settings.choice(
            "transform", of: ["log": true, "natural": false], default: "log",
            "tune log10 of rate and weight decay and the logit of the momentum, or them as they are"
        )
        isAdam = settings.choice(
            "meta_optimizer", of: ["adam": true, "sgd": false], default: "adam",
            "what turns hypergradients into changes")
        hyperRate = settings.number(
            "hyper_rate", default: 0.05, in: .nonNegative, "learning rate κ of the meta-optimizer")
        beta1 = settings.number(
            "meta_beta1", default: 0.9, in: .fraction, "adam's decay of the mean of hypergradients")
        beta2 = settings.number(
            "meta_beta2", default: 0.999, in: .fraction, "adam's decay of the mean of squares")
        epsilon = settings.number(
            "meta_epsilon", default: 1e-8, in: .atLeast(1e-30),
            "adam's addition to the root of the mean square")
        limits = Hyperparameter.allCases.map { readLimits(of: $0, settings) }
        warnOfUnusedKeys(settings)
    }

    private func warnOfUnusedKeys(_ settings: Settings) {
        if !isAdam {
            for key in ["meta_beta1", "meta_beta2", "meta_epsilon"] {
                settings.warnUnused(key, "\(key) has no effect with meta_optimizer: sgd")
            }
        }
        let names = [Hyperparameter.learningRate: "rate"]
        for it in Hyperparameter.allCases where !tuned.contains(it) {
            for bound in ["lowest", "highest"] {
                let key = "\(bound)_\(names[it] ?? it.rawValue)"
                settings.warnUnused(key, "\(key) has no effect, since tune leaves it out")
            }
        }
    }

    private func readLimits(
        of it: Hyperparameter, _ settings: Settings
    ) -> (lower: Double, upper: Double) {
        let (key, name): (String, String)
        let standard: (lower: Double?, upper: Double?)
        switch it {
        case .learningRate:
            (key, name) = ("rate", "a rate")
            standard = (1e-10, 1)
        // Logarithms and logits keep these values in their valid range.
        case .momentum:
            (key, name) = ("momentum", "the momentum")
            standard = isLogarithmic ? (nil, nil) : (0, 0.999)
        case .weightDecay:
            (key, name) = ("weight_decay", "the weight decay")
            standard = isLogarithmic ? (nil, nil) : (0, nil)
        }
        let lower = settings.numberOrNone(
            "lowest_\(key)", default: standard.lower, in: .nonNegative,
            "lower bound of \(name) after an update")
        let upper = settings.numberOrNone(
            "highest_\(key)", default: standard.upper, in: .positive,
            "upper bound of \(name) after an update")
        if let lower, let upper, lower > upper {
            settings.reject(
                "lowest_\(key)", expected: "at most \(upper) (highest_\(key))", found: "\(lower)")
        }
        return (lower ?? -.infinity, upper ?? .infinity)
    }

    /// Returns why these hyperparameters cannot be tuned from their values, and what to do. Returns
    /// nil if they can.
    func incompatibility(with optimizer: any Optimizer, weightDecay: Double) -> String? {
        if tunes(.momentum) {
            guard optimizer.heavyBall != nil else {
                return
                    "expected client.optimizer: sgd with momentum in tune, found another optimizer;"
                    + " set client.optimizer: sgd, or remove momentum from tune"
            }
            if optimizer.hyperparameters.momentum == 0 {
                return
                    "expected client.optimizer.momentum above 0 with momentum in tune, found 0; set"
                    + " client.optimizer.momentum, such as 0.5, or remove momentum from tune"
            }
        }
        if tunes(.weightDecay), isLogarithmic, weightDecay == 0 {
            return "expected client.weight_decay above 0 with weight_decay in tune, found 0; set"
                + " client.weight_decay, such as 1e-4, or remove weight_decay from tune"
        }
        return nil
    }

    func tunes(_ hyperparameter: Hyperparameter) -> Bool { tuned.contains(hyperparameter) }

    func limits(of it: Hyperparameter) -> (lower: Double, upper: Double) {
        switch it {
        case .learningRate: limits[0]
        case .momentum: limits[1]
        case .weightDecay: limits[2]
        }
    }

    /// Returns ∂λ/∂x at a value λ.
    fileprivate func slope(_ it: Hyperparameter, at value: Double) -> Double {
        guard isLogarithmic else { return 1 }
        return it == .momentum ? value * (1 - value) : value * 2.302_585_092_994_046
    }

    /// Returns λ(x − step) from λ(x).
    fileprivate func moved(_ it: Hyperparameter, _ value: Double, by step: Double) -> Double {
        guard isLogarithmic else { return value - step }
        return it == .momentum
            ? value / (value + (1 - value) * Double.exp(step)) : value * Double.pow(10, -step)
    }

    /// Returns the factors for rates of single parameters at their update number `count`.
    func factors(count: Int) -> TuningFactors {
        let (lower, upper) = limits(of: .learningRate)
        return TuningFactors(
            hyperRate: hyperRate, lower: lower, upper: upper, isLogarithmic: isLogarithmic,
            adam: isAdam ? adamFactors(count: count) : nil)
    }

    private func adamFactors(count: Int) -> AdamFactors {
        AdamFactors(
            beta1: beta1, beta2: beta2, mean: 1 / (1 - Double.pow(beta1, count)),
            square: 1 / (1 - Double.pow(beta2, count)), epsilon: epsilon)
    }

    /// Returns the moments after h, and the change of x.
    fileprivate func step(
        along h: Double, mean: Double, square: Double, count: Int
    ) -> (mean: Double, square: Double, step: Double) {
        guard isAdam else { return (0, 0, hyperRate * h) }
        let factors = adamFactors(count: count)
        let mean = beta1 * mean + (1 - beta1) * h
        let square = beta2 * square + (1 - beta2) * h * h
        let step =
            hyperRate * (factors.mean * mean) / ((factors.square * square).squareRoot() + epsilon)
        return (mean, square, step)
    }
}

/// A tuned number with its moments in the meta-optimizer.
struct TunedNumber: Sendable {
    private(set) var value: Double
    /// The estimate of ∂E/∂λ from the last update, in natural units.
    private(set) var hypergradient = 0.0
    private var mean = 0.0
    private var square = 0.0
    private var count = 0

    init(_ value: Double) { self.value = value }

    /// Moves the number along its hypergradient, within its bounds. A value that is not finite
    /// changes nothing. A step of 0 changes no bit.
    mutating func update(
        _ h: Double, _ it: Hyperparameter, _ tuning: HyperparameterTuning
    ) -> RateChange {
        hypergradient = h
        let next = tuning.step(
            along: h * tuning.slope(it, at: value), mean: mean, square: square, count: count + 1)
        let proposed = next.step == 0 ? value : tuning.moved(it, value, by: next.step)
        guard (next.mean + next.square).isFinite, next.step.isFinite, proposed.isFinite else {
            return RateChange(rate: value, wasUndefined: true)
        }
        (mean, square, count) = (next.mean, next.square, count + 1)
        guard next.step != 0 else { return RateChange(rate: value) }
        let (lower, upper) = tuning.limits(of: it)
        value = min(max(proposed, lower), upper)
        return RateChange(
            rate: value, bound: proposed < lower ? .lower : proposed > upper ? .upper : nil)
    }

    func save(to writer: inout ByteWriter) {
        for number in [value, hypergradient, mean, square] { writer.write(number) }
        writer.write(UInt64(count))
    }

    init(from reader: inout ByteReader) throws(BytesError) {
        value = try reader.double()
        hypergradient = try reader.double()
        (mean, square) = (try reader.double(), try reader.double())
        count = Int(clamping: try reader.integer(UInt64.self))
    }
}
