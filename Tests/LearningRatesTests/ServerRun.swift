import LearningRates
import LinearAlgebra

func serverOptimizer(_ yaml: String) throws -> any Optimizer {
    try component(yaml, from: serverOptimizers)
}

/// A server's real steps on given aggregates.
struct ServerRun<S: Scalar>: ~Copyable {
    private var steps: ServerOptimization<S>
    private var round = 0
    /// What the last round's scheduler looked at and adapted.
    private(set) var readings: [(name: String, value: Double)] = []
    /// α of each round.
    private(set) var rates: [Double] = []
    /// β of each round.
    private(set) var localRates: [Double] = []
    /// The models after each round, from 0.
    private(set) var models: [[S]] = []
    /// What is evaluated after each round.
    private(set) var evaluated: [[S]] = []

    init(
        _ scheduler: String = "constant", optimizer: String = "sgd", rate: Double = 1,
        localRate: Double = 0.01, rounds: Int = 100, start: [S] = [0, 0],
        groups: ParameterGroups? = nil
    ) throws {
        let made = try server(
            scheduler, globalRate: rate, localRate: localRate, rounds: rounds, optimizer: optimizer)
        steps = ServerOptimization(
            weights: start, groups: groups ?? ParameterGroups(count: start.count),
            scheduler: made)
    }

    /// A round with this aggregate.
    @discardableResult
    mutating func take(_ aggregate: [Double], _ updates: UpdateStatistics = UpdateStatistics())
        -> ServerOptimization<S>.Outcome
    {
        localRates.append(steps.scheduler.localRate(round: round))
        let place = steps.prepareGradient()
        let numbers = aggregate.map { S(-$0) }
        steps.step.slots.copy(numbers.span, to: place)
        let outcome = steps.takeStep(
            round: round, squaredNorm: dot(aggregate, aggregate), updates: updates)
        readings = steps.readings(outcome.summary)
        rates.append(outcome.decision.globalRate)
        models.append(steps.step.slots.values(steps.step.vector(.weights)))
        evaluated.append(steps.step.slots.values(steps.evaluated))
        round += 1
        return outcome
    }

    /// A round with the mean of these updates, all of the same weight.
    mutating func take(updates: [[Double]]) {
        let count = Double(updates.count)
        let mean = updates[0].indices.map { index in
            updates.reduce(0) { $0 + $1[index] } / count
        }
        take(
            mean,
            UpdateStatistics(
                count: updates.count,
                meanSquaredNorm: updates.reduce(0) { $0 + dot($1, $1) } / count))
    }

    /// A round for each of these.
    mutating func take(all aggregates: [[Double]]) { for one in aggregates { take(one) } }
}

/// The aggregates of the reference's golden values, section 12.1.
let goldenAggregates = [[0.3, -0.4], [0.6, 0.1], [-0.5, 0.2], [-2, -3], [-2, -3]]

func isClose(_ x: [Double], _ y: [Double], within tolerance: Double = 1e-12) -> Bool {
    x.count == y.count && zip(x, y).allSatisfy { abs($0 - $1) <= tolerance * max(1, abs($1)) }
}
