import ClientRules
import LearningRates
import LinearAlgebra
import RandomStreams
import TestSupport
import Testing

/// A run of an oracle, repeated with a scenario's words: the real loop on the oracle's problem.
struct Replay<S: Scalar>: ~Copyable {
    var problem: OracleProblem<S>
    var steps: LocalOptimization<S>

    /// Plans everything; `restart` comes before the first step.
    ///
    /// - Parameter rate: the configured start rate β_0.
    init(
        _ oracle: Oracle, scheduler: String, optimizer: String = "sgd", rate: Double,
        weightDecay: Double = 0
    ) throws {
        let made = try LearningRatesTests.optimizer(optimizer)
        var adapting = try component(scheduler, from: clientSchedulers)
        if let reason = adapting.incompatibility(with: made, weightDecay: weightDecay) {
            throw CannotReplay(reason: reason)
        }
        adapting.start(localRate: rate, optimizer: made)
        var layout = BlockLayout()
        var problem = try OracleProblem<S>(oracle, in: &layout)
        problem.weightDecay = weightDecay
        let places = StepContext<S>.Vectors(in: &layout, problem.groups, adapting.needs, made)
        self.problem = problem
        steps = LocalOptimization(
            layout, places, scheduler: adapting, optimizer: made, seriesCapacity: 8)
    }

    /// Starts a round at these parameters, in the oracle's order.
    mutating func restart(
        at weights: [Double], rate: Double, count: Int, batches: [[Int]]?,
        validation: [[Int]]? = nil, state: Carried = [], round: UInt32 = 0
    ) throws {
        let flat = problem.flat(weights)
        steps.step.slots.copy(flat.span, to: steps.step.vector(.weights))
        problem.restart(batches: batches, validation: validation)
        try steps.begin(
            rate: rate, count: count, key: RandomKey(seed: 1, .scheduler, round: round),
            state: state, &problem)
    }

    /// Takes a step on the next batch.
    mutating func take() -> BatchLoss {
        problem.nextBatch(&steps.step.slots)
        return steps.takeStep(&problem)
    }

    /// A vector of the step in the oracle's order.
    func values(_ slot: VectorName) -> [Double] {
        problem.inOrder(steps.step.slots.values(steps.step.vector(slot)))
    }

    /// The sum and the sum of squares of a vector.
    func checksum(_ slot: VectorName) -> (sum: Double, squares: Double) {
        let values = values(slot)
        return (values.reduce(0, +), values.reduce(0) { $0 + $1 * $1 })
    }
}

/// Why a run can't be replayed: the test fails with it.
struct CannotReplay: Error { var reason: String }

extension Oracle {
    /// The runs of the file: there is at least one, or this throws.
    var runs: [Node] { get throws { try nonEmpty(self["runs"].list) } }
    /// The initial parameters, the arrays one after the other.
    var start: [Double] {
        self["init"]["order"].list.flatMap { self["init"][$0.text].numbers }
    }
    /// An object of arrays in that order.
    func inOrder(_ named: Node) -> [Double] {
        self["init"]["order"].list.flatMap { named[$0.text].numbers }
    }
}

extension Oracle.Node {
    /// One list of sample indices per step; nil for "full", or where there are none.
    var batches: [[Int]]? {
        guard case .list(let list) = self else { return nil }
        return list.map { $0.numbers.map { Int($0) } }
    }
}

/// |got − want| over a scale; infinite where lengths differ, where there is nothing to compare, or
/// where anything is not a number.
///
/// - Parameter scale: the largest absolute value of `want`, where nil. Hypergradients cross zero:
///   theirs is the largest of the run.
func relativeError(_ got: [Double], _ want: [Double], scale: Double? = nil) -> Double {
    guard got.count == want.count, !want.isEmpty, (got + want).allSatisfy(\.isFinite) else {
        return .infinity
    }
    let error = zip(got, want).map { abs($0 - $1) }.max() ?? 0
    let scale = scale ?? want.map { abs($0) }.max() ?? 0
    return error == 0 ? 0 : error / scale
}
