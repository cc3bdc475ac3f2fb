package import Federation

/// Why a process counts as silent.
package enum Silence: Equatable {
    /// Its connection is gone; it may come back over another one.
    case disconnected
    /// No message and no progress for so many seconds: it is stopped, hangs, or is cut off.
    case noSign(seconds: Double)
    /// It uses the processor, but no message came for so many seconds: a very long step, perhaps.
    case busy(seconds: Double)
}

/// Finds the processes that owe something and show no sign of life.
///
/// Signs of life are messages (a report, a pong with progress) and, of processes on this machine
/// that were started here, processor time. Time is handed in, so that tests can make it jump.
package struct SilenceWatch {
    /// The operating system's view of a process that this program started.
    package struct Sight: Equatable {
        /// Processor seconds so far.
        package var seconds: Double
        /// Whether it is stopped by a signal.
        package var isStopped: Bool
        /// Whether it runs or waits for a processor.
        package var isRunnable: Bool
        /// Whether it has ended and is to be reaped.
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
        /// How long it may be without a sign of life, at least.
        let patience: Double
        /// The last sign of life, and the last message with news.
        var lastSign: Double
        var lastWord: Double
        var processorSeconds: Double?
        var progress: UInt64?
        /// Whether others were given its tasks because no message came.
        var isBusy = false
        /// Whether it counts as silent.
        var isSilent = false
    }

    /// So many seconds without any sign of life are silence, at least; also of what is stopped.
    package static let patience = 10.0
    /// The same for a process that starts: it may read data from a slow disk.
    package static let patienceWithStart = 60.0
    /// So many seconds without a message are, where the processor is used.
    package static let patienceWithBusy = 60.0
    /// Silences that ended by themselves may come again, and be so many times as long.
    package static let margin = 3.0
    /// Processor seconds that are a sign of life; to answer pings takes less.
    package static let processorShare = 0.05
    /// After a gap of so many seconds between two looks, it was this program that stood still.
    package static let gap = 4.0

    private var watched: [ProcessID: Watched] = [:]
    /// The longest times without a sign, and without a message, that ended by themselves.
    private var longestWithoutSign = 0.0
    private var longestWithoutWord = 0.0
    private var lastLook: Double?

    package init() {}

    /// A process owes something from now on; nothing changes if it did before.
    package mutating func expect(
        _ process: ProcessID, at now: Double, patience: Double = Self.patience
    ) {
        guard watched[process] == nil else { return }
        watched[process] = Watched(patience: patience, lastSign: now, lastWord: now)
    }

    /// A process owes nothing any more, or is gone.
    package mutating func forget(_ process: ProcessID) { watched[process] = nil }

    /// Records a sign of life of a process.
    ///
    /// - Parameter progress: of a pong; nil for messages that are news by themselves.
    /// - Returns: whether it was silent until now.
    package mutating func heard(
        _ process: ProcessID, progress: UInt64? = nil, at now: Double
    ) -> Bool {
        guard var one = watched[process] else { return false }
        if let progress {
            // One that answers and does nothing does not do its task.
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

    /// Whether a process counts as silent.
    package func isSilent(_ process: ProcessID) -> Bool { watched[process]?.isSilent == true }

    /// The processes without a message for so many seconds, in ascending order.
    package func quiet(for seconds: Double, at now: Double) -> [ProcessID] {
        watched.filter { !$0.value.isSilent && now - $0.value.lastWord >= seconds }.keys.sorted()
    }

    /// Looks who fell silent; to be called about once a second.
    ///
    /// - Parameter sight: what is seen of a process from outside; nil for one that can't be seen.
    /// - Returns: those that were not silent before, in ascending order.
    package mutating func check(
        at now: Double, _ sight: (ProcessID) -> Sight?
    ) -> [(process: ProcessID, silence: Silence)] {
        defer { lastLook = now }
        if let lastLook, now - lastLook > Self.gap {
            // All seem silent at once: this program was suspended or busy itself.
            for process in watched.keys {
                watched[process]?.lastSign = now
                watched[process]?.lastWord = now
            }
            return []
        }
        var silent: [(process: ProcessID, silence: Silence)] = []
        for process in watched.keys.sorted() {
            guard var one = watched[process], !one.isSilent else { continue }
            // A process that has just sent a message need not be checked.
            let seen = now - one.lastWord < 2 ? nil : sight(process)
            one.record(seen, at: now)
            let patience =
                seen?.isStopped == true
                ? Self.patience : max(one.patience, Self.margin * longestWithoutSign)
            if now - one.lastSign > patience {
                one.isSilent = true
                silent.append((process, .noSign(seconds: now - one.lastSign)))
            } else if !one.isBusy,
                now - one.lastWord > max(Self.patienceWithBusy, Self.margin * longestWithoutWord)
            {
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
