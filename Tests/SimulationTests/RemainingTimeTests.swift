import Simulation
import Testing

@Suite struct `The time that is left` {
    private static func run(_ kind: String, rounds: Int, work: Double = 1) -> RemainingTime.Run {
        RemainingTime.Run(kind: kind, rounds: rounds, workOfRound: work)
    }

    @Test func `is not known before a round is done`() {
        let time = RemainingTime(runs: [Self.run("a", rounds: 10)], jobs: 1)
        #expect(time.seconds == nil && time.share == 0)
    }

    /// Kind a takes 1 s a round and kind b 3 s. A twentieth of a run, which is half a round here,
    /// is taken to cost the mean, which is 25 s for 15 rounds.
    @Test func `counts what each kind of run has cost`() throws {
        var time = RemainingTime(
            runs: [Self.run("a", rounds: 10), Self.run("b", rounds: 10)], jobs: 1)
        (time.runs[0].done, time.runs[0].seconds, time.runs[0].isOver) = (10, 10, true)
        (time.runs[1].done, time.runs[1].seconds) = (5, 15)
        let (a, b) = ((10 + 25.0 / 30) / 10.5, (15 + 25.0 / 30) / 5.5)
        let seconds = try #require(time.seconds)
        #expect(abs(seconds - 5 * b) < 1e-9)
        #expect(abs(time.share - (10 * a + 5 * b) / (10 * a + 10 * b)) < 1e-9)
    }

    /// The first round of a kind took ten times as long as those behind it.
    @Test func `is not misled by a slow first round`() throws {
        var time = RemainingTime(
            runs: [Self.run("a", rounds: 100), Self.run("b", rounds: 100)], jobs: 1)
        (time.runs[0].done, time.runs[0].seconds, time.runs[0].isOver) = (100, 100, true)
        (time.runs[1].done, time.runs[1].seconds) = (1, 10)
        let seconds = try #require(time.seconds)
        #expect(seconds > 100 && seconds < 300)
    }

    @Test func `takes the mean for kinds that were not seen, and their work`() throws {
        var time = RemainingTime(
            runs: [Self.run("a", rounds: 10), Self.run("b", rounds: 10, work: 4)], jobs: 1)
        (time.runs[0].done, time.runs[0].seconds) = (5, 10)
        let seconds = try #require(time.seconds)
        #expect(abs(seconds - (10 + 80)) < 1e-9)
    }

    @Test func `is shared by jobs, but for the longest run`() throws {
        var time = RemainingTime(
            runs: (0..<4).map { _ in Self.run("a", rounds: 10) }, jobs: 2)
        (time.runs[0].done, time.runs[0].seconds) = (5, 5)
        #expect(abs(try #require(time.seconds) - 35.0 / 2) < 1e-9)
        for index in 0..<3 {
            (time.runs[index].done, time.runs[index].seconds) = (10, 10)
            time.runs[index].isOver = true
        }
        #expect(abs(try #require(time.seconds) - 10) < 1e-9)
    }

    @Test func `of each run adds up to that of one job`() throws {
        var time = RemainingTime(
            runs: [Self.run("a", rounds: 10), Self.run("b", rounds: 20, work: 2)], jobs: 1)
        #expect(time.secondsOfRuns == nil)
        (time.runs[0].done, time.runs[0].seconds) = (5, 10)
        let parts = try #require(time.secondsOfRuns)
        #expect(abs(parts[0] - 10) < 1e-9 && abs(parts[1] - 80) < 1e-9)
        #expect(abs(try #require(time.seconds) - parts.reduce(0, +)) < 1e-9)
    }

    /// A run that fails early leaves nothing to do, and counts with the rounds it had.
    @Test func `a run that is over leaves nothing`() throws {
        var time = RemainingTime(
            runs: [Self.run("a", rounds: 100), Self.run("a", rounds: 10)], jobs: 1)
        (time.runs[0].done, time.runs[0].seconds, time.runs[0].isOver) = (5, 5, true)
        #expect(abs(try #require(time.seconds) - 10) < 1e-9)
        #expect(abs(time.share - 5.0 / 15) < 1e-9)
        (time.runs[1].done, time.runs[1].seconds, time.runs[1].isOver) = (10, 10, true)
        #expect(time.seconds == 0 && time.share == 1)
    }
}
