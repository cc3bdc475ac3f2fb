import LearningRates
import LinearAlgebra
import TestSupport
import Testing

/// How far a replay is from a run of an oracle: the largest relative error of each column. A column
/// or setting that nobody compared is an error of its own.
struct RunErrors {
    private(set) var worst: [String: Double] = [:]
    private let run: Oracle.Node

    init(_ run: Oracle.Node) { self.run = run }

    /// Fails on a setting that the replay does not know.
    func requireSettings(_ known: Set<String>) throws {
        let unknown = run["settings"].keys.subtracting(known)
        guard unknown.isEmpty else {
            throw CannotReplay(reason: "\(run["id"].text): unknown settings \(unknown.sorted())")
        }
    }

    /// Notes a column of a row, or of `final`.
    ///
    /// - Parameters:
    ///   - scale: the largest absolute value of `want`, where nil.
    ///   - slack: how far numbers may be apart whatever the scale.
    mutating func note(
        _ column: String, _ got: [Double], _ want: Oracle.Node, scale: Double? = nil,
        slack: Double = 0
    ) {
        note(column, got, want.numbers, scale: scale, slack: slack)
    }

    /// The same with numbers that are not a member's.
    mutating func note(
        _ column: String, _ got: [Double], _ want: [Double], scale: Double? = nil,
        slack: Double = 0
    ) {
        let isNear =
            got.count == want.count && zip(got, want).allSatisfy { abs($0 - $1) <= slack }
        let error = isNear && !want.isEmpty ? 0 : relativeError(got, want, scale: scale)
        worst[column] = max(worst[column] ?? 0, error)
    }

    /// The largest absolute value of a column over the run: hypergradients cross zero.
    func scale(of column: String) -> Double {
        run["steps"].list.flatMap { $0[column].numbers }.map { abs($0) }.max() ?? 0
    }

    /// The scale of a column of rates: nil, so that each rate is its own, unless the rates of the
    /// run cross zero and the arithmetic is single precision. Near its zero such a rate is the
    /// difference of two large numbers, so its rounding error is relative to the largest rate of
    /// the run.
    func scaleOfRates<S: Scalar>(_ column: String, as type: S.Type) -> Double? {
        let rates = run["steps"].list.flatMap { $0[column].numbers }
        guard S.self == Float.self, let least = rates.min(), least < 0,
            rates.contains(where: { $0 > 0 })
        else { return nil }
        return scale(of: column)
    }

    /// Compares the worst errors with the tolerance, and the columns with those of the run.
    func expect(within tolerance: Double, _ name: String) {
        var columns = Set(run["steps"].list.flatMap { $0.keys })
        columns.formUnion(run["final"].keys.map { "final.\($0)" })
        let forgotten = columns.subtracting(worst.keys).subtracting(["t"])
        #expect(forgotten.isEmpty, "\(name), \(run["id"].text): columns that nobody compares")
        let bad = worst.filter { !($0.value <= tolerance) }
        #expect(bad.isEmpty, "\(name), \(run["id"].text)")
    }
}

extension Oracle.Node {
    /// The names of an object's members; none of anything else.
    var keys: Set<String> { if case .object(let members) = self { Set(members.keys) } else { [] } }
}

extension Replay {
    /// Compares what every row has after a step: its loss and the checksums of the parameters.
    func noteStep(_ loss: Double, _ row: Oracle.Node, _ errors: inout RunErrors) {
        errors.note("loss", [loss], row["loss"], scale: errors.scale(of: "loss"))
        let (sum, squares) = checksum(.weights)
        // The sum of numbers of both signs may cross zero; its parts don't.
        let magnitude = values(.weights).reduce(0) { $0 + abs($1) }
        errors.note("param_sum", [sum], row["param_sum"], scale: magnitude)
        errors.note("param_sq", [squares], row["param_sq"])
    }

    /// The mean loss of all training samples at the parameters.
    mutating func fullLoss() -> Double {
        problem.restart(batches: nil, validation: nil)
        problem.nextBatch(&steps.step.slots)
        let (weights, gradient) = (steps.step.vector(.weights), steps.step.vector(.gradient))
        return problem.gradient(&steps.step.slots, at: weights, into: gradient).mean
    }
}
