/// A number of a scheduler's state, with its name.
public struct TracedValue: Equatable, Sendable {
    /// The name of the number, such as "momentum" or "mu".
    public var name: String
    /// The value after the last step.
    public var value: Double

    /// Creates a number with its name.
    public init(name: String, value: Double) { (self.name, self.value) = (name, value) }
}
