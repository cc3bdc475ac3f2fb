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

/// A terminal of a few lines: what its screen shows after some bytes.
private struct Screen {
    var lines = [""]
    var row = 0
    var column = 0

    mutating func write(_ text: String) {
        var rest = Substring(text)
        while let character = rest.first {
            rest.removeFirst()
            switch character {
            case "\r": column = 0
            case "\n":
                row += 1
                column = 0
                if row == lines.count { lines.append("") }
            case "\u{1B}":
                let end = rest.firstIndex { $0.isLetter } ?? rest.startIndex
                let (number, letter) = (Int(rest[..<end].dropFirst()) ?? 1, rest[end])
                rest = rest[rest.index(after: end)...]
                switch letter {
                case "A": row = max(0, row - number)
                case "K": lines[row] = String(lines[row].prefix(column))
                case "J":
                    lines[row] = String(lines[row].prefix(column))
                    lines.removeSubrange((row + 1)...)
                default: break
                }
            default:
                let start = lines[row].prefix(column)
                lines[row] = start + String(character) + lines[row].dropFirst(column + 1)
                column += 1
            }
        }
    }
}

@Suite struct `Status lines` {
    @Test func `are drawn in place, and text goes above them`() {
        var (status, screen) = (StatusLines(), Screen())
        screen.write(status.write("start\n"))
        screen.write(status.show(["one: 10 %", "two: 5 %"]))
        #expect(screen.lines == ["start", "one: 10 %", "two: 5 %"])
        screen.write(status.show(["one: 9", "two: 60 %"]))
        #expect(screen.lines == ["start", "one: 9", "two: 60 %"])
        screen.write(status.write("warning: a longer text than the lines\n"))
        #expect(
            screen.lines == [
                "start", "warning: a longer text than the lines", "one: 9", "two: 60 %",
            ])
        screen.write(status.show(["two: 70 %"]))
        #expect(screen.lines[2...] == ["two: 70 %"])
        screen.write(status.show(["two: 80 %", "three", "four"]))
        #expect(screen.lines[2...] == ["two: 80 %", "three", "four"])
        screen.write(status.show([]))
        screen.write(status.write("end\n"))
        #expect(screen.lines == ["start", "warning: a longer text than the lines", "end", ""])
    }
}
