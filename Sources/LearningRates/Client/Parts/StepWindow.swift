import Settings

/// Counts the steps of a window: some local steps after which a rule compares perturbed copies.
///
/// A window that the end of the round cuts short counts only if it is the only one of the round.
struct StepWindow: Sendable {
    /// T, the steps of a whole window.
    private let length: Int
    private var steps = 0
    private var windows = 0

    /// Reads `interval`.
    init(_ settings: Settings, default length: Int) {
        self.length = settings.integer(
            "interval", default: length, in: .between(1, 1_000_000), "local steps T of a window")
    }

    /// Before a round's first step.
    mutating func beginRound() { (steps, windows) = (0, 0) }

    /// Counts a step.
    ///
    /// - Returns: whether the window is whole.
    mutating func countStep() -> Bool {
        steps += 1
        return steps == length
    }

    /// Ends the window and begins the next one.
    mutating func close() {
        windows += 1
        steps = 0
    }

    /// At the end of a round, whether the open window counts.
    var isOnlyOne: Bool { windows == 0 && steps > 0 }
}
