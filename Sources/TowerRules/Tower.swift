import Bytes
import LearningRates
import LinearAlgebra
import Settings

/// A tower of optimizers: the client's optimizer moves the weights, and each level moves the
/// hyperparameters of the level below. The hyperparameters of the top level stay as in the
/// settings. With an empty list of levels, only the client's optimizer acts.
///
///     G_0 = ∂loss/∂w,   G_{k+1}[a] = Σ_x G_k[x] ∂x_new/∂a   over what level k moved last
///     top down: level k+1 moves level k's hyperparameters; at last level 0 moves the weights
///
/// Only first derivatives are used. Each level records ∂x_new/∂a when it moves, with its own new
/// hyperparameters and all other values constant. Levels move raw numbers. For rates and momenta
/// they are the values. For RMSProp's rate it is the root. For decays of Adam and RMSProp it is
/// atanh(2 β − 1).
///
/// - Settings: the bottom is any optimizer of `client.optimizer`. `tune: all` moves its rate and
///   its momentum or decays, and `learning_rate` only the rate. `scope` sets which parameters share
///   a rate. With `tensors`, only the named tensors are trained, each from a multiple of the local
///   rate.
/// - Edge cases: at the first step of a round, all G above 0 are 0. The levels move by 0 and count
///   the step. A value that is not finite changes nothing, and for a rate it is counted. Roots of 0
///   (Adam and RMSProp without any gradient) count as independent of the decay. Upper rates of 0
///   leave the client's optimizer as it is, bit for bit.
/// - Bounds: rates of the bottom are clipped to `floor` and `ceiling`, its momentum to 0 and
///   `momentum_ceiling`, and raw decays to ±12. A clipped value does not depend on the level above.
///   `none` is the published behaviour.
/// - State: `lr_only` carries over all hyperparameters, and the moments and counts of the levels
///   above the bottom. `all` also carries over the recorded derivatives, the last direction and the
///   optimizer's buffers.
/// - Cost: one pass over gradient and direction. With `all` there is one more vector for a momentum
///   or RMSProp's decay, and two for Adam's. Each is written and read once a step. There are no
///   other gradients.
/// - The published package uses `optimizer: { kind: adam, initial_square: 1e-8 }`,
///   `epsilon_inside_root: true` for RMSProp and AdaGrad, and `initial_accumulator: 0.1`.
/// - Source: Chandra, Xie, Ragan-Kelley, Meijer, NeurIPS 2022, arXiv 1909.13371, with the numbers
///   of the authors' package. Nesterov's momentum, bounds and carried state are from this project.
struct Tower: ClientScheduler {
    static let facts = RuleFacts(
        "tower", "optimizers above the client's optimizer move its hyperparameters",
        paper: "Chandra et al. 2022", adapts: "rate, momentum, decays; and the rates above them",
        gradients: "1", neutral: ["levels": "[{ kind: sgd, learning_rate: 0 }]"],
        isNeutralAlone: true, estimatesHypergradient: true)

    private var levels: [TowerLevel]
    private let tunesAll: Bool
    private let scope: RateScope
    private let tensors: [(name: String, value: Double)]
    private let bounds: RateBounds
    private let momentumLimit: Double?
    private let carry: CarryOver
    private var bottom = TowerBottom()
    private var optimizerBuffers = 0
    private var startRate = 0.0
    /// The multiple of the local rate with which each group starts.
    private var multiples: [Double] = []
    /// Whether each group is trained.
    private var moves: [Bool] = []
    private var wasRestored = false

    /// Reads the settings of the tower.
    ///
    /// - Parameter carries: whether the key `carry` is read. On the server all rounds are one, so
    ///   the saved state is the whole state.
    init(_ settings: Settings, carries: Bool = true) {
        levels = settings.components(
            "levels", from: towerLevels, default: [["kind": "sgd", "learning_rate": "1e-05"]],
            atMost: 16, "optimizers above that of the weights, from the bottom up"
        ).map(\.component)
        tunesAll = settings.choice(
            "tune", of: ["all": true, "learning_rate": false], default: "all",
            "which hyperparameters of the lowest optimizer are tuned")
        scope = settings.choice(
            "scope", of: ["global": .global, "layer": .layer, "tensor": .tensor],
            default: "global", "which parameters share a rate")
        tensors = settings.namedNumbers(
            "tensors", in: .nonNegative,
            "trained tensors with multiples of the start rate; all at 1 where not given"
        )
        bounds = RateBounds(settings, floor: 0)
        momentumLimit = settings.numberOrNone(
            "momentum_ceiling", default: 0.999, in: .fraction,
            "the lowest optimizer's momentum stays between 0 and this")
        carry = carries ? CarryOver(settings, default: .ratesOnly) : .all
        if !tensors.isEmpty, scope != .tensor {
            settings.reject(
                "tensors", expected: "scope: tensor with tensors", found: "another scope",
                advice: "set scope: tensor, or remove tensors")
        }
    }

    var needs: SchedulerNeeds {
        var needs = SchedulerNeeds(carry: carry)
        needs.adaptsMomentum = !levels.isEmpty && bottom.tunesMomentum
        needs.scope = scope
        needs.previousDirection = !levels.isEmpty
        needs.vectors = levels.isEmpty ? 0 : bottom.numbers.count
        return needs
    }

    var readings: [(name: String, value: Double)] {
        guard !levels.isEmpty else { return [] }
        return ([bottom.numbers] + levels.map(\.numbers)).enumerated().flatMap { level, numbers in
            numbers.flatMap {
                [
                    (name: "level\(level).\($0.name)", value: $0.value),
                    (name: "level\(level).\($0.name).hypergradient", value: $0.slope),
                ]
            }
        }
    }

    private var carries: Bool { carry != .reset && !levels.isEmpty }

    var carried: CarriedVectors {
        var carried = CarriedVectors()
        guard carries, carry == .all else { return carried }
        carried.slots = bottom.numbers.indices.map { .scheduler($0) }
        if optimizerBuffers == 0 { carried.slots.append(.gradient) }
        carried.includesOptimizer = optimizerBuffers > 0
        return carried
    }

    func incompatibility(with optimizer: any Optimizer, weightDecay: Double) -> String? {
        guard tunesAll, !levels.isEmpty, optimizer.tunable.hasOthers else { return nil }
        return
            "expected tune: learning_rate with this optimizer, whose decays tower cannot tune,"
            + " found tune: all; set tune: learning_rate"
    }

    func incompatibility(with groups: ParameterGroups) -> String? {
        guard let unknown = tensors.first(where: { !groups.tensorNames.contains($0.name) }) else {
            return nil
        }
        return
            "expected names of the model's tensors in tensors, found '\(unknown.name)'; choose"
            + " from " + groups.tensorNames.joined(separator: ", ")
    }

    mutating func start(localRate: Double, optimizer: any Optimizer) {
        startRate = localRate
        bottom = TowerBottom(optimizer, tunesAll: tunesAll, momentumLimit: momentumLimit)
        optimizerBuffers = optimizer.buffers
    }

    mutating func beginRound<P: LocalObjective & ~Copyable>(
        _ step: inout StepContext<P.S>, _ problem: inout P
    ) {
        multiples = [Double](repeating: tensors.isEmpty ? 1 : 0, count: step.groupCount)
        moves = [Bool](repeating: tensors.isEmpty, count: step.groupCount)
        for (group, name) in zip(multiples.indices, step.tensorNames) {
            if let tensor = tensors.first(where: { $0.name == name }) {
                (multiples[group], moves[group]) = (tensor.value, true)
            }
        }
        let continues = bottom.begin(at: zip(step.rates, multiples).map { $0 * $1 })
        step.start(at: bottom.rates.map(\.value))
        guard !levels.isEmpty else { return }
        bottom.write(to: &step)
        let keepsPartials = wasRestored && continues && carry == .all
        for index in levels.indices {
            let below = index == 0 ? bottom.count : levels[index - 1].numbers.count
            levels[index].begin(quantities: below, keepsPartials: keepsPartials)
        }
        guard carry == .all else { return }
        if keepsPartials {
            // At the first step the carried gradient becomes the previous one.
            step.previousDirection =
                optimizerBuffers == 0 ? .previousGradient : .buffer(optimizerBuffers - 1)
        } else if optimizerBuffers == 0 {
            let gradient = step.vector(.gradient)
            step.slots.fill(gradient, with: 0)
        }
    }

    func gradientProducts<S: Scalar>(_ step: borrowing StepContext<S>) -> GradientProducts? {
        levels.isEmpty ? nil : bottom.gradientProducts(step)
    }

    mutating func adaptRates<P: LocalObjective & ~Copyable>(
        _ step: inout StepContext<P.S>, _ problem: inout P
    ) {
        guard !levels.isEmpty else { return }
        bottom.collect(&step, moves)
        collectAbove()
        for level in levels.indices.reversed() {
            levels[level].beginStep()
            if level > 0 { moveLevel(below: level) }
        }
        moveBottom(&step)
        bottom.write(to: &step)
        bottom.record(&step)
    }

    private mutating func collectAbove() {
        for group in bottom.rates.indices {
            levels[0].collect(bottom.rates[group].slope, quantity: group)
        }
        for number in bottom.numbers.indices {
            levels[0].collect(
                bottom.numbers[number].slope, quantity: bottom.rates.count + number)
        }
        for level in levels.indices.dropFirst() {
            for number in levels[level - 1].numbers.indices {
                levels[level].collect(levels[level - 1].numbers[number].slope, quantity: number)
            }
        }
    }

    private mutating func moveLevel(below level: Int) {
        for number in levels[level - 1].numbers.indices {
            let now = levels[level - 1].numbers[number]
            guard let raw = levels[level].move(number, from: now.raw, slope: now.slope) else {
                continue
            }
            if levels[level - 1].move(number: number, to: raw) { levels[level].forget(number) }
        }
    }

    private mutating func moveBottom<S: Scalar>(_ step: inout StepContext<S>) {
        for group in bottom.rates.indices where moves[group] {
            let now = bottom.rates[group]
            guard let raw = levels[0].move(group, from: now.raw, slope: now.slope) else {
                step.setRate(to: RateChange(rate: now.value, wasUndefined: true), group: group)
                continue
            }
            let start = multiples[group] > 0 ? startRate * multiples[group] : startRate
            if let change = bottom.move(group: group, to: raw, bounds, around: start) {
                step.setRate(to: change, group: group)
                if change.bound != nil || change.wasUndefined { levels[0].forget(group) }
            }
        }
        for number in bottom.numbers.indices {
            let (now, quantity) = (bottom.numbers[number], bottom.rates.count + number)
            guard let raw = levels[0].move(quantity, from: now.raw, slope: now.slope) else {
                continue
            }
            if bottom.move(number: number, to: raw) { levels[0].forget(quantity) }
        }
    }

    func save(to writer: inout ByteWriter) {
        guard carries else { return }
        bottom.save(to: &writer)
        for level in levels { level.save(to: &writer, withPartials: carry == .all) }
    }

    mutating func restore(from reader: inout ByteReader) throws(BytesError) {
        guard carries else { return }
        try bottom.restore(from: &reader)
        for index in levels.indices {
            try levels[index].restore(from: &reader, withPartials: carry == .all)
        }
        wasRestored = true
    }
}
