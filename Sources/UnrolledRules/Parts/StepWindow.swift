import LearningRates
import Settings

/// Counts the steps of a window. After a window of local steps, a rule compares perturbed copies.
///
/// If the end of the round cuts a window short, the window counts only if it is the only one of the
/// round.
struct StepWindow: Sendable {
    /// The number T of steps in a whole window.
    private let length: Int
    private var steps = 0
    private var windows = 0

    /// Reads the key `interval`.
    init(_ settings: Settings, default length: Int) {
        self.length = settings.integer(
            "interval", default: length, in: .between(1, 1_000_000), "local steps T of a window")
    }

    /// Resets the counts before the first step of a round.
    mutating func beginRound() { (steps, windows) = (0, 0) }

    /// Counts one local step.
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

    /// Whether the open window counts at the end of a round.
    var isOnlyOne: Bool { windows == 0 && steps > 0 }
}
