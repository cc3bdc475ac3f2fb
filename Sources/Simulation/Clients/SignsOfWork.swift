import CSystem

/// Counts the work of a client process and decides when the coordinator gets a sign of it.
///
/// A client process has one thread, so it reads no messages while it trains. A sign between two
/// local steps shows the coordinator that a long task continues.
final class SignsOfWork {
    /// The number of local steps and tasks that are finished.
    private(set) var progress: UInt64 = 0
    private var lastSign = 0.0

    /// The time between two signs, in seconds.
    static let interval = 2.0

    /// Records one local step.
    ///
    /// - Returns: whether a sign is due. The first sign is due after one whole interval of work.
    func step() -> Bool {
        progress &+= 1
        let now = hyperfed_coarse_seconds()
        guard now - lastSign >= Self.interval else { return false }
        defer { lastSign = now }
        return lastSign > 0
    }
}
