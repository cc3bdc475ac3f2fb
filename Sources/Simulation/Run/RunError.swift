/// The error of a run that began and did not finish.
public struct RunError: Error, CustomStringConvertible {
    /// Where and why the run failed, and what to do.
    public let description: String
    /// The exit code: 1 means that the run failed, 130 and 143 that it was interrupted.
    public let exitCode: Int32

    /// The kind of failure that ended the run, as run.json names it.
    public enum Failure: String, Sendable {
        /// Training diverged: the cause is in the scenario, not in the machine.
        case divergence
        /// A part of hyperfed, or a client process of another build, has a fault.
        case fault
        /// Client processes ended again and again, or could not be started.
        case lostProcess = "lost_process"
    }

    /// The kind of failure. It is nil for other reasons, such as a full disk or an interruption.
    public let failure: Failure?

    /// Whether the run ended because training diverged.
    public var isDivergence: Bool { failure == .divergence }

    /// Creates an error from its sentence and exit code.
    public init(description: String, exitCode: Int32, failure: Failure? = nil) {
        self.description = description
        self.exitCode = exitCode
        self.failure = failure
    }
}
