/// A request that hyperfed cannot do, found before any process was started. The exit code is 2.
public struct UsageError: Error, CustomStringConvertible {
    /// What was expected, what was found, and what to do.
    public let description: String

    /// Creates an error from its sentence.
    public init(_ description: String) { self.description = description }
}
