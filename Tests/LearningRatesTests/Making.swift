import Bytes
import ClientRules
import LearningRates
import LinearAlgebra
import RandomStreams
import ServerRules
import Settings

/// A component as a scenario names it; the concrete types are not public.
func component<C>(_ yaml: String, from registered: [Registered<C>]) throws -> C {
    let tree = try SettingsTree(yaml: "it: \(yaml)", file: "demo.yaml")
    return try tree.load { settings in
        settings.component("it", from: registered, default: registered[0].kind, "")
    }.value
}

/// A started server scheduler.
func server(
    _ yaml: String, globalRate: Double = 1, localRate: Double = 0.01, rounds: Int = 100,
    optimizer: String = "sgd", use: UseOfSentRate = .everyStep
) throws -> any ServerScheduler {
    try component(yaml, from: serverSchedulers).started(
        StartRates(
            globalRate: globalRate, localRate: localRate, rounds: rounds,
            optimizer: try serverOptimizer(optimizer), use: use))
}

/// A started client scheduler, for gradient descent.
func client(_ yaml: String, localRate: Double = 0.01) throws -> any ClientScheduler {
    var scheduler = try component(yaml, from: clientSchedulers)
    scheduler.start(localRate: localRate, optimizer: try optimizer("sgd"))
    return scheduler
}

func optimizer(_ yaml: String) throws -> any Optimizer { try component(yaml, from: optimizers) }

/// All rules with the words that change what they do: each form, with and without a carried rate,
/// each scope, as far as they go together; and with the settings that a rule's facts name. New
/// rules come in by themselves.
func configurations<C>(_ rules: [Rule<C>]) -> [String] {
    let registered = rules.map(\.registered)
    return rules.flatMap { rule -> [String] in
        let kind = "kind: \(rule.facts.kind)"
        var settings = [kind]
        // A member's own words are its registry row's business.
        for key in rule.registered.keys
        where key.kindOfValue.hasPrefix("one of ") && key.path == key.key {
            settings = settings.flatMap { start in key.words.map { "\(start), \(key.key): \($0)" } }
        }
        settings += rule.facts.trials.map { "\(kind), \($0)" }
        return settings.map { "{ \($0) }" }
            .filter { (try? component($0, from: registered)) != nil }
    }
}

/// The facts of a configuration's rule.
func facts<C>(of configuration: String, _ rules: [Rule<C>]) -> RuleFacts? {
    rules.map(\.facts).first { facts in
        configuration.hasPrefix("{ kind: \(facts.kind),")
            || configuration.hasPrefix("{ kind: \(facts.kind) ")
    }
}

/// The same configuration with the neutral settings of its rule; nil if they do not go with others.
func neutralSettings<C>(_ configuration: String, _ rules: [Rule<C>]) -> String? {
    guard let facts = facts(of: configuration, rules), !facts.isNeutralAlone,
        let pairs = facts.neutral, !pairs.isEmpty
    else { return nil }
    return pairs.reduce(configuration) { with("\($1.key): \($1.value)", without($1.key, $0)) }
}

/// The same configuration without a key, if it has it: a trial may name a neutral key itself.
private func without(_ key: String, _ configuration: String) -> String {
    var depth = 0
    var pairs = [""]
    for character in configuration.dropFirst(2).dropLast(2) {
        depth += "[{".contains(character) ? 1 : "]}".contains(character) ? -1 : 0
        if character == ",", depth == 0 {
            pairs.append("")
        } else {
            pairs[pairs.count - 1].append(character)
        }
    }
    let kept = pairs.map { $0.drop { $0 == " " } }.filter { !$0.hasPrefix("\(key): ") }
    return "{ \(kept.joined(separator: ", ")) }"
}

/// The same configuration with one more key.
func with(_ key: String, _ configuration: String) -> String {
    "\(configuration.dropLast(2)), \(key) }"
}

/// What a client carries from its round into its next one, as values.
struct Carried: Equatable, ExpressibleByArrayLiteral {
    var numbers: [UInt8] = []
    var vectors: [Double] = []

    init() {}

    /// Only `[]`: nothing is carried.
    init(arrayLiteral elements: Never...) {}

    var isEmpty: Bool { numbers.isEmpty && vectors.isEmpty }
}

extension LocalOptimization {
    /// What the client's next round starts with.
    var carried: Carried {
        var carried = Carried()
        carried.numbers = savedState
        var vectors = [S](
            repeating: .nan, count: carriedVectors * step.vector(.weights).count)
        var span = vectors.mutableSpan
        write(carriedTo: &span, at: 0)
        carried.vectors = vectors.map { Double($0) }
        return carried
    }

    /// Starts a round with what the round before left.
    mutating func begin<P: LocalObjective & ~Copyable>(
        rate: Double, count: Int, epochSteps: Int? = nil, key: RandomKey, state: Carried,
        _ problem: inout P
    ) throws(BytesError) where P.S == S {
        let vectors = state.vectors.map { S($0) }
        try begin(
            rate: rate, count: count, epochSteps: epochSteps, key: key, state: state.numbers,
            vectors: vectors.span, &problem)
    }
}

/// What a client's scheduler did in a round.
struct ClientRound: Equatable {
    var rates: [Double] = []
    var events = RateEvents()
    var weights: [Double] = []
}

/// A problem whose gradients are given, one after the other.
struct GivenGradients: GradientObjective, ~Copyable {
    let gradients: [[Double]]
    private var next = 0
    var weightDecay = 0.0

    init(_ gradients: [[Double]]) { self.gradients = gradients }

    mutating func gradient(
        _ slots: inout VectorBlock<Double>, at weights: Vector, into gradient: Vector
    ) -> BatchLoss {
        let given = gradients[next]
        slots.copy(given.span, to: gradient)
        next += 1
        return BatchLoss(sum: 0, count: 1)
    }
}

/// One round of a client on given gradients: what the trainer does, without a model.
///
/// - Parameter state: what the client's round before left; becomes what this one leaves.
func run(
    _ scheduler: any ClientScheduler, _ gradients: [[Double]], previousAggregate: [Double]? = nil,
    rate: Double = 0.01, count: Int? = nil, epochSteps: Int? = nil, optimizer: any Optimizer,
    state: inout Carried
) throws -> ClientRound {
    let size = gradients.first?.count ?? 2
    var plan = BlockLayout()
    let needs = scheduler.needs
    let places = StepContext<Double>.Vectors(
        in: &plan, ParameterGroups(count: size), needs, optimizer)
    var steps = LocalOptimization(plan, places, scheduler: scheduler, optimizer: optimizer)
    steps.step.hasPreviousAggregate = previousAggregate != nil && needs.previousAggregate
    if let previousAggregate, steps.step.hasPreviousAggregate {
        steps.step.slots.copy(previousAggregate.span, to: steps.step.vector(.previousAggregate))
    }
    var problem = GivenGradients(gradients)
    try steps.begin(
        rate: rate, count: count ?? gradients.count, epochSteps: epochSteps,
        key: RandomKey(seed: 1, .scheduler),
        state: state, &problem)
    var result = ClientRound()
    for _ in gradients {
        _ = steps.takeStep(&problem)
        result.rates.append(steps.step.rate)
    }
    steps.finish(&problem)
    result.events = steps.step.events
    result.weights = steps.step.slots.values(steps.step.vector(.weights))
    state = steps.carried
    return result
}

/// The same with plain gradient descent, for a client's first round.
func run(
    _ scheduler: any ClientScheduler, _ gradients: [[Double]], previousAggregate: [Double]? = nil,
    rate: Double = 0.01, count: Int? = nil
) throws -> ClientRound {
    var state: Carried = []
    return try run(
        scheduler, gradients, previousAggregate: previousAggregate, rate: rate, count: count,
        optimizer: try optimizer("sgd"), state: &state)
}

/// The summaries of rounds with these aggregates.
func summaries(_ aggregates: [[Double]]) -> [RoundSummary] {
    aggregates.indices.map { round in
        let now = aggregates[round]
        guard round > 0 else { return summary(0, squaredNorm: dot(now, now)) }
        let before = aggregates[round - 1]
        return summary(
            round, squaredNorm: dot(now, now), product: dot(now, before),
            previous: dot(before, before))
    }
}

/// The summary of a round whose other reference vectors, if any, are the aggregate before.
func summary(
    _ round: Int, squaredNorm: Double, product: Double? = nil, previous: Double? = nil
) -> RoundSummary {
    var summary = RoundSummary(
        round: round, squaredNorm: squaredNorm, alignment: product, previousSquaredNorm: previous,
        updates: UpdateStatistics(
            count: 2, meanSquaredNorm: 2 * squaredNorm, meanLoss: 1 / Double(round + 1),
            startLoss: 2 / Double(round + 1)))
    if let product, let previous {
        for vector in [.direction, .average(decay: 0.5)] as [ReferenceVector] {
            summary.append(ReferenceProduct(vector, product: product, squaredNorm: previous))
        }
    }
    return summary
}

func dot(_ x: [Double], _ y: [Double]) -> Double { zip(x, y).reduce(0) { $0 + $1.0 * $1.1 } }

/// Numbers for property tests; the same ones for the same seed.
struct Numbers {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// Vectors of numbers in −1..<1.
    mutating func vectors(_ count: Int, of size: Int) -> [[Double]] {
        (0..<count).map { _ in
            (0..<size).map { _ in Double(Int64(next() >> 40) - (1 << 23)) / 0x1p23 }
        }
    }
}
