/// A number of a scheduler's state, with its name.
public struct Reading: Equatable, Sendable {
    /// What it is: "momentum", "mu".
    public var name: String
    /// Its value after the last step.
    public var value: Double

    /// A reading.
    public init(name: String, value: Double) { (self.name, self.value) = (name, value) }
}
