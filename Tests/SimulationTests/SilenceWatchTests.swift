import Federation
import Simulation
import Testing

@Suite struct `The watch for silent processes` {
    /// A watch whose clock ticks once a second.
    private struct Ticking {
        var watch = SilenceWatch()
        var now = 1000.0

        /// Lets so many seconds pass, a look in each; those that fell silent, and when.
        mutating func pass(
            _ seconds: Int, _ sight: (ProcessID, Double) -> SilenceWatch.Sight? = { _, _ in nil }
        ) -> [(process: ProcessID, silence: Silence)] {
            var silent: [(process: ProcessID, silence: Silence)] = []
            for _ in 0..<seconds {
                now += 1
                silent += watch.check(at: now) { sight($0, now) }
            }
            return silent
        }
    }

    @Test func `who owes something and says nothing is silent after its patience, once`() {
        var clock = Ticking()
        clock.watch.expect(0, at: clock.now)
        #expect(clock.pass(10).isEmpty)
        #expect(clock.pass(30).map(\.silence) == [.noSign(seconds: 11)])
        #expect(clock.watch.isSilent(0))
    }

    @Test func `who owes nothing may be as silent as it likes`() {
        var clock = Ticking()
        clock.watch.expect(0, at: clock.now)
        clock.watch.forget(0)
        #expect(clock.pass(1000).isEmpty)
    }

    @Test func `every message is a sign of life`() {
        var clock = Ticking()
        clock.watch.expect(0, at: clock.now)
        for _ in 0..<20 {
            #expect(clock.pass(9).isEmpty)
            #expect(clock.watch.heard(0, at: clock.now) == false)
        }
    }

    @Test func `one that answers and does nothing is silent, one that makes progress is not`() {
        var clock = Ticking()
        clock.watch.expect(0, at: clock.now)
        clock.watch.expect(1, at: clock.now)
        var silent: [ProcessID] = []
        for progress: UInt64 in 0..<60 {
            silent += clock.pass(1).map(\.process)
            _ = clock.watch.heard(0, progress: 7, at: clock.now)
            _ = clock.watch.heard(1, progress: progress, at: clock.now)
        }
        #expect(silent == [0])
    }

    @Test func `who is heard of again is no longer silent`() {
        var clock = Ticking()
        clock.watch.expect(0, at: clock.now)
        #expect(clock.pass(12).count == 1)
        #expect(clock.watch.heard(0, at: clock.now) == true)
        #expect(clock.watch.heard(0, at: clock.now) == false)
        #expect(clock.watch.isSilent(0) == false)
        // A silence that ended by itself may come again, and be longer.
        #expect(clock.pass(35).isEmpty)
        #expect(clock.pass(2).count == 1)
    }

    @Test func `a process that computes is not silent, but its task goes to others after a while`()
    {
        var clock = Ticking()
        clock.watch.expect(0, at: clock.now)
        let start = clock.now
        func computing(_ process: ProcessID, _ now: Double) -> SilenceWatch.Sight? {
            SilenceWatch.Sight(seconds: (now - start) / 100)
        }
        #expect(clock.pass(60, computing).isEmpty)
        #expect(clock.pass(600, computing).map(\.silence) == [.busy(seconds: 61)])
        // And then it hangs.
        let hanging = clock.pass(60) { _, _ in SilenceWatch.Sight(seconds: 6.6) }
        #expect(hanging.count == 1 && hanging[0].silence != .busy(seconds: 61))
        #expect(clock.watch.isSilent(0))
    }

    @Test func `one that waits for a processor is not silent`() {
        var clock = Ticking()
        clock.watch.expect(0, at: clock.now)
        let silent = clock.pass(60) { _, _ in SilenceWatch.Sight(seconds: 1, isRunnable: true) }
        #expect(silent.isEmpty)
    }

    @Test func `one that is stopped is, whatever it was allowed`() {
        var clock = Ticking()
        clock.watch.expect(0, at: clock.now, patience: SilenceWatch.patienceWithStart)
        let stopped = clock.pass(11) { _, _ in
            SilenceWatch.Sight(seconds: 1, isStopped: true)
        }
        #expect(stopped.count == 1)
        clock.watch.expect(1, at: clock.now, patience: SilenceWatch.patienceWithStart)
        let starting = clock.pass(59) { _, _ in SilenceWatch.Sight(seconds: 1) }
        #expect(starting.isEmpty)
    }

    /// A laptop that slept, a coordinator that was stopped by Ctrl-Z or computed for a minute.
    @Test(arguments: [5.0, 60, 86_400])
    func `after a gap of its own the watch starts again`(gap: Double) {
        var clock = Ticking()
        for id: ProcessID in 0..<5 { clock.watch.expect(id, at: clock.now) }
        #expect(clock.pass(8).isEmpty)
        clock.now += gap
        #expect(clock.pass(10).isEmpty)
        #expect(clock.pass(2).count == 5)
    }

    @Test func `the quiet ones are those to ask`() {
        var clock = Ticking()
        for id: ProcessID in [3, 1, 2] { clock.watch.expect(id, at: clock.now) }
        _ = clock.pass(4)
        _ = clock.watch.heard(1, at: clock.now)
        #expect(clock.watch.quiet(for: 3, at: clock.now) == [2, 3])
    }

    @Test func `what the kernel says of a process is read, whatever its name is`() throws {
        let rest = "S 1 812 812 0 -1 4194560 1 0 0 0 250 50 0 0 20 0 1 0 5 1 1"
        let sleeping = try #require(SilenceWatch.Sight(stat: "812 (a) R (b) \(rest)"))
        #expect(!sleeping.isStopped && !sleeping.isRunnable)
        // A hundred ticks are a second on all kinds of Linux that we know.
        #expect(sleeping.seconds == 3)
        #expect(SilenceWatch.Sight(stat: "812 (x) T" + rest.dropFirst())?.isStopped == true)
        #expect(SilenceWatch.Sight(stat: "812 (x) R" + rest.dropFirst())?.isRunnable == true)
        #expect(SilenceWatch.Sight(stat: "812 (x) Z" + rest.dropFirst())?.isDead == true)
        for damaged in ["", "812", "812 (x) S 1", "812 x S"] {
            #expect(SilenceWatch.Sight(stat: damaged) == nil)
        }
        #expect(SilenceWatch.Sight(pid: 1 << 30) == nil)
    }

    @Test func `waiting is told of ever more seldom`() {
        var patience = Patience()
        patience.begin(at: 5)
        var told: [Double] = []
        for second in stride(from: 6.0, through: 2000, by: 1) {
            if let waited = patience.timeout(at: second) { told.append(waited) }
        }
        #expect(told == [30, 60, 120, 240, 480, 960, 1560])
        patience.begin(at: 2000)
        #expect(patience.timeout(at: 2029) == nil)
        #expect(patience.timeout(at: 2030) == 30)
    }
}
