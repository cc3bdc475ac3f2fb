import CSystem

/// Counts what a client process has done, and says when the coordinator should hear of it.
///
/// A client process is single-threaded: while it trains it reads no messages. So that a long task
/// is not taken for a process that hangs, it gives a sign between two local steps.
final class SignsOfWork {
    /// Local steps and tasks that were done.
    private(set) var progress: UInt64 = 0
    private var lastSign = 0.0

    /// Seconds between two signs.
    static let interval = 2.0

    /// Records that a local step was taken.
    ///
    /// - Returns: whether a sign is due. The first is due after a whole interval of work.
    func step() -> Bool {
        progress &+= 1
        let now = hyperfed_coarse_seconds()
        guard now - lastSign >= Self.interval else { return false }
        defer { lastSign = now }
        return lastSign > 0
    }
}
