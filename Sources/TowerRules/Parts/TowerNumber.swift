import Bytes
import LearningRates
import RealModule

/// A hyperparameter as the level above sees it: a raw number without limits, and the value that
/// follows from it.
struct TowerNumber: Sendable {
    /// The formula of the value from the raw number x.
    enum Form: Sendable {
        /// The value is x.
        case plain
        /// The value is x².
        case square
        /// The value is (tanh x + 1) / 2.
        case fraction
    }

    let name: String
    let form: Form
    /// The raw number is clipped to these limits when it moves.
    private let lower: Double
    private let upper: Double
    private(set) var raw: Double
    /// The value. It is exactly the setting until the raw number moves, so an inactive level
    /// changes no bit.
    private(set) var value: Double
    /// The derivative ∂loss/∂raw of this step.
    var slope = 0.0

    /// Creates a number that stands for this value.
    init(_ name: String, _ value: Double, _ form: Form, upTo limit: Double? = nil) {
        self.name = name
        self.form = form
        self.value = value
        raw = Self.raw(of: value, form)
        switch form {
        // Then 1 − value is at least 4e-11, and its powers keep some digits.
        case .fraction: (lower, upper) = (-12, 12)
        case .plain, .square: (lower, upper) = (limit == nil ? -.infinity : 0, limit ?? .infinity)
        }
    }

    private static func raw(of value: Double, _ form: Form) -> Double {
        switch form {
        case .plain: value
        case .square: value.squareRoot()
        case .fraction: Double.atanh(2 * value - 1)
        }
    }

    /// Returns the value of a raw number.
    func value(of raw: Double) -> Double {
        switch form {
        case .plain: raw
        case .square: raw * raw
        case .fraction: (Double.tanh(raw) + 1) / 2
        }
    }

    /// The derivative ∂value/∂raw.
    var chain: Double {
        switch form {
        case .plain: 1
        case .square: 2 * raw
        case .fraction: 2 * value * (1 - value)
        }
    }

    /// Moves to a raw number, clipped to the limits.
    ///
    /// - Returns: whether it was clipped.
    mutating func move(to proposed: Double) -> Bool {
        guard proposed != raw else { return false }
        raw = min(max(proposed, lower), upper)
        value = value(of: raw)
        return raw != proposed
    }

    /// Moves to a raw number that stands for a rate after its bounds.
    mutating func move(to proposed: Double, held rate: Double, isHeld: Bool) {
        raw = isHeld ? Self.raw(of: rate, form) : proposed
        value = rate
    }

    func save(to writer: inout ByteWriter) {
        writer.write(raw)
        writer.write(value)
    }

    mutating func restore(from reader: inout ByteReader) throws(BytesError) {
        raw = try reader.double()
        value = try reader.double()
    }
}
