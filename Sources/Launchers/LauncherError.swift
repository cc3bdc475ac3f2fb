public import Settings

/// A reason why a launcher cannot start anything. Nothing was started.
public struct LauncherError: Error, Equatable, CustomStringConvertible {
    /// What was expected and found.
    public let mismatch: Mismatch

    /// The message for the user, as one sentence.
    public var description: String { mismatch.text }

    /// Makes an error; by default it has no cause from below.
    public init(
        _ subject: String, expected: String, found: String, advice: String, cause: String = ""
    ) {
        mismatch = Mismatch(
            subject, expected: expected, found: found, advice: advice, cause: cause)
    }
}
