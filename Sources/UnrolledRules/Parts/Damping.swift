import Bytes
import LearningRates
import RealModule
import Settings

/// The damping μ of MARTHE: the share of the tangent Z that the next step inherits, and its rule.
///
///     published:      c ← (c + 1) μ,        μ ← z^{1/(c+1)},   z = clip(q, 0, 1),
///                     q = D_t / ⟨e', B_t⟩
///     released code:  c ← c sign(μ) + μ,    μ ← z^{1/(c+1)},   z = clip(q, 0, 1),
///                     q = η_new / ⟨e, g_t⟩
///
/// - Symbols: e' is the validation gradient after the step, on the step's validation batch.
/// - Edge cases: a q that is not defined counts as 0. If c + 1 = 0, the exponent is infinite: then
///   μ is 1 if z is 1, else 0.
struct Damping: Equatable, Sendable {
    /// Whether μ follows a rule.
    let isAdaptive: Bool
    private let isReleasedCode: Bool
    /// The current value of μ.
    private(set) var value: Double
    /// The number c of steps over which Z reaches back.
    private(set) var reach = 0.0
    /// The last quotient q.
    private(set) var quotient = 0.0

    /// Creates a constant μ.
    init(constant value: Double) {
        (isAdaptive, isReleasedCode, self.value) = (false, false, value)
    }

    /// Reads the key `mu`.
    init(_ settings: Settings, isReleasedCode: Bool) {
        self.isReleasedCode = isReleasedCode
        if isReleasedCode {
            value = settings.number(
                "mu", default: 0.99999, in: .between(-1, 1),
                "damping μ of the tangent; below 0 it adapts and this is its start")
            isAdaptive = value < 0
        } else {
            let given = settings.number(
                "mu", or: "adaptive", default: 0.9, in: .between(0, 1),
                "damping μ of the tangent; 0 forgets all, 1 is RTHO")
            (isAdaptive, value) = (given == nil, given ?? 0)
        }
    }

    /// Updates μ with the quotient of a step.
    mutating func adapt(to numerator: Double, over denominator: Double) {
        quotient = denominator == 0 ? 0 : numerator / denominator
        let z = quotient.isNaN ? 0 : min(max(quotient, 0), 1)
        reach =
            isReleasedCode
            ? (value == 0 ? 0 : value < 0 ? -reach : reach) + value : (reach + 1) * value
        value = reach == -1 ? (z == 1 ? 1 : 0) : Double.pow(z, 1 / (reach + 1))
    }

    var readings: [(name: String, value: Double)] {
        [("mu", value), ("c", reach)] + (isAdaptive ? [("q", quotient)] : [])
    }

    func save(to writer: inout ByteWriter) {
        guard isAdaptive else { return }
        writer.write(value)
        writer.write(reach)
    }

    mutating func restore(from reader: inout ByteReader) throws(BytesError) {
        guard isAdaptive else { return }
        value = try reader.double()
        reach = try reader.double()
    }
}
