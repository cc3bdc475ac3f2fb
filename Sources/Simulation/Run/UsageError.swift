/// A request that can't be met, found before any process was started: exit code 2.
public struct UsageError: Error, CustomStringConvertible {
    /// What was expected, what was found, and what to do.
    public let description: String

    /// An error from its sentence.
    public init(_ description: String) { self.description = description }
}
