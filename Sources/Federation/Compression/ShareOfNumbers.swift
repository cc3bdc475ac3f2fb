import Settings

/// The share k/d of the numbers that a kind sends.
struct ShareOfNumbers: Sendable {
    private let share: Double

    init(_ settings: Settings) {
        share = settings.number(
            "share", default: 0.01, in: .positiveUpTo(1),
            "share of the numbers that are sent, k divided by the number of parameters")
    }

    /// Returns k: the share of `count` numbers, rounded, but at least one of them.
    func kept(of count: Int) -> Int {
        min(count, max(1, Int((share * Double(count)).rounded())))
    }
}

extension Settings {
    /// Reads whether a client keeps the error of its compression.
    func errorFeedback() -> Bool {
        flag(
            "error_feedback", default: true,
            "whether a client adds what an update left out to its next one")
    }
}
