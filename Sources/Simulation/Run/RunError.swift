/// A run that began and did not finish.
public struct RunError: Error, CustomStringConvertible {
    /// Where and why the run failed, and what to do.
    public let description: String
    /// 1: the run failed; 130, 143: it was interrupted.
    public let exitCode: Int32

    /// The kind of failure that ended the run, as run.json names it.
    public enum Failure: String, Sendable {
        /// Training diverged: the scenario is at fault, and not the machine.
        case divergence
        /// Something of hyperfed, or of a client's build, is broken.
        case fault
        /// Client processes kept dying, or could not be started.
        case lostProcess = "lost_process"
    }

    /// The kind of failure; nil for others, such as a full disk or an interruption.
    public let failure: Failure?

    /// Whether training diverged.
    public var isDivergence: Bool { failure == .divergence }

    /// An error from its sentence and exit code.
    public init(description: String, exitCode: Int32, failure: Failure? = nil) {
        self.description = description
        self.exitCode = exitCode
        self.failure = failure
    }
}
