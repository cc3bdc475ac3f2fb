/// A run that began and did not finish.
public struct RunError: Error, CustomStringConvertible {
    /// What happened, where, and what would help.
    public let description: String
    /// 1: the run failed; 130, 143: it was interrupted.
    public let exitCode: Int32

    /// What kind of failure ended the run, as run.json names it.
    public enum Failure: String, Sendable {
        /// Training diverged, which says something about the scenario and nothing about the machine.
        case divergence
        /// Something of hyperfed, or of a client's build, is broken.
        case fault
        /// Client processes kept dying, or could not be started.
        case lostProcess = "lost_process"
    }

    /// What kind of failure it was; nil for others, such as a full disk or an interruption.
    public let failure: Failure?

    /// Whether training diverged, which says nothing about the machine.
    public var isDivergence: Bool { failure == .divergence }

    /// An error from its sentence and exit code.
    public init(description: String, exitCode: Int32, failure: Failure? = nil) {
        self.description = description
        self.exitCode = exitCode
        self.failure = failure
    }
}
