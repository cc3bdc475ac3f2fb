package import Federation

/// The reason why a process counts as silent.
package enum Silence: Equatable {
    /// The connection is lost. The process may connect again.
    case disconnected
    /// No message and no progress arrived for this time: the process is stopped, hangs or is not
    /// reachable.
    case noSign(seconds: Double)
    /// The process uses the processor, but no message arrived for this time. It may be in a very
    /// long step.
    case busy(seconds: Double)
    /// The process gives signs of life, but its report has not arrived for this time.
    case overdue(seconds: Double)
}

/// Finds the processes that owe an answer and show no sign of life.
///
/// Signs of life are messages: a report, or a pong with progress. Processor time is a sign too, for
/// processes that were started here. The caller passes the time, so that tests can let it jump.
package struct SilenceWatch {
    /// The operating system's view of a process that this program started.
    package struct Sight: Equatable {
        /// The processor time so far, in seconds.
        package var seconds: Double
        /// Whether a signal has stopped the process.
        package var isStopped: Bool
        /// Whether the process runs or waits for a processor.
        package var isRunnable: Bool
        /// Whether the process has ended and must be reaped.
        package var isDead: Bool

        package init(
            seconds: Double, isStopped: Bool = false, isRunnable: Bool = false,
            isDead: Bool = false
        ) {
            (self.seconds, self.isStopped) = (seconds, isStopped)
            (self.isRunnable, self.isDead) = (isRunnable, isDead)
        }
    }

    fileprivate struct Watched {
        /// The shortest time in seconds without a sign of life that can count as silence.
        let patience: Double
        /// The last sign of life, and the last message with news.
        var lastSign: Double
        var lastWord: Double
        var processorSeconds: Double?
        var progress: UInt64?
        /// Whether its tasks were given to others because no message arrived.
        var isBusy = false
        /// Whether the process counts as silent.
        var isSilent = false
    }

    /// The shortest silence in seconds without any sign of life, also for stopped processes.
    package static let patience = 10.0
    /// The shortest silence in seconds for a process that starts. It may read data from a slow
    /// disk.
    package static let patienceWithStart = 60.0
    /// The shortest silence in seconds without a message, for a process that uses the processor.
    package static let patienceWithBusy = 60.0
    /// The factor by which a silence without a message is longer, after which a process that uses
    /// the processor is ended.
    package static let factorOfHang = 20.0
    /// The factor by which a silence must be longer than each silence that ended by itself.
    package static let margin = 3.0
    /// The increase of processor time, in seconds, that is a sign of life. Pings need less.
    package static let processorShare = 0.05
    /// The time in seconds between two checks after which this program itself must have stood
    /// still.
    package static let gap = 4.0

    private var watched: [ProcessID: Watched] = [:]
    /// The longest times without a sign, and without a message, that ended by themselves.
    private var longestWithoutSign = 0.0
    private var longestWithoutWord = 0.0
    private var lastLook: Double?

    package init() {}

    /// Records that a process owes an answer. If it already owed one, nothing changes.
    package mutating func expect(
        _ process: ProcessID, at now: Double, patience: Double = Self.patience
    ) {
        guard watched[process] == nil else { return }
        watched[process] = Watched(patience: patience, lastSign: now, lastWord: now)
    }

    /// Records that a process owes no answer any more, or is gone.
    package mutating func forget(_ process: ProcessID) { watched[process] = nil }

    /// Records a sign of life of a process.
    ///
    /// - Parameter progress: the progress in a pong; nil for other messages, which always are
    ///   progress.
    /// - Returns: whether the process was silent until now.
    package mutating func heard(
        _ process: ProcessID, progress: UInt64? = nil, at now: Double
    ) -> Bool {
        guard var one = watched[process] else { return false }
        if let progress {
            // A process that answers pings without progress does not work on its task.
            let isNews = one.progress.map { $0 != progress } ?? true
            one.progress = progress
            watched[process] = one
            guard isNews else { return false }
        }
        longestWithoutSign = max(longestWithoutSign, now - one.lastSign)
        longestWithoutWord = max(longestWithoutWord, now - one.lastWord)
        let wasSilent = one.isSilent || one.isBusy
        (one.lastSign, one.lastWord) = (now, now)
        (one.isSilent, one.isBusy) = (false, false)
        watched[process] = one
        return wasSilent
    }

    /// Returns whether a process counts as silent.
    package func isSilent(_ process: ProcessID) -> Bool { watched[process]?.isSilent == true }

    /// Records that the tasks of a process were given to others, though it gives signs of life.
    package mutating func markBusy(_ process: ProcessID) { watched[process]?.isBusy = true }

    /// Returns whether this program itself stood still since the last check.
    package func hasGap(at now: Double) -> Bool {
        lastLook.map { now - $0 > Self.gap } ?? false
    }

    /// Returns the processes without a message for at least these seconds, in ascending order.
    package func quiet(for seconds: Double, at now: Double) -> [ProcessID] {
        watched.filter { !$0.value.isSilent && now - $0.value.lastWord >= seconds }.keys.sorted()
    }

    /// Finds the processes that became silent. Call it about once a second.
    ///
    /// - Parameter sight: what the system reports about a process; nil if it reports nothing.
    /// - Returns: the processes that were not silent before, in ascending order.
    package mutating func check(
        at now: Double, _ sight: (ProcessID) -> Sight?
    ) -> [(process: ProcessID, silence: Silence)] {
        defer { lastLook = now }
        if hasGap(at: now) {
            // All processes seem silent at once, so this program was suspended or busy itself.
            for process in watched.keys {
                watched[process]?.lastSign = now
                watched[process]?.lastWord = now
            }
            return []
        }
        var silent: [(process: ProcessID, silence: Silence)] = []
        for process in watched.keys.sorted() {
            guard var one = watched[process], !one.isSilent else { continue }
            // A process that has just sent a message needs no check.
            let seen = now - one.lastWord < 2 ? nil : sight(process)
            one.record(seen, at: now)
            let patience =
                seen?.isStopped == true
                ? Self.patience : max(one.patience, Self.margin * longestWithoutSign)
            let patienceWithBusy = max(Self.patienceWithBusy, Self.margin * longestWithoutWord)
            if now - one.lastSign > patience {
                one.isSilent = true
                silent.append((process, .noSign(seconds: now - one.lastSign)))
            } else if now - one.lastWord > Self.factorOfHang * patienceWithBusy {
                one.isSilent = true
                silent.append((process, .noSign(seconds: now - one.lastWord)))
            } else if !one.isBusy, now - one.lastWord > patienceWithBusy {
                one.isBusy = true
                silent.append((process, .busy(seconds: now - one.lastWord)))
            }
            watched[process] = one
        }
        return silent
    }
}

extension SilenceWatch.Watched {
    fileprivate mutating func record(_ seen: SilenceWatch.Sight?, at now: Double) {
        guard let seen, !seen.isStopped else { return }
        let before = processorSeconds ?? seen.seconds
        if seen.isRunnable || seen.seconds - before >= SilenceWatch.processorShare {
            lastSign = now
            processorSeconds = seen.seconds
        } else if processorSeconds == nil {
            processorSeconds = seen.seconds
        }
    }
}
