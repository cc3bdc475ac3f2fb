import Settings

/// What a skew may leave without a client. The warning about it is made from these facts.
public struct SkewRemainder: Sendable {
    /// Whether samples are left out on purpose. The warning then begins at half of the samples.
    public let isOnPurpose: Bool
    /// Whether the rest may have whole classes without a warning, as with owners that are left out.
    public let mayHaveClasses: Bool
    /// Why samples have no client, and what to do, from the number of clients.
    public let reason: @Sendable (_ clients: Int) -> String
    /// What to do if a class has no client.
    public let classAdvice: String

    /// Creates facts for the warning.
    ///
    /// - Parameters:
    ///   - skew: the kind, for the usual reason.
    ///   - reason: another reason; nil for the usual one.
    package init(
        _ skew: String, isOnPurpose: Bool = false, mayHaveClasses: Bool = false,
        classAdvice: String = "raise clients.count",
        reason: (@Sendable (_ clients: Int) -> String)? = nil
    ) {
        (self.isOnPurpose, self.mayHaveClasses) = (isOnPurpose, mayHaveClasses)
        self.classAdvice = classAdvice
        self.reason = reason ?? { _ in "\(skew) leaves them out; change data.skew to deal more" }
    }
}
