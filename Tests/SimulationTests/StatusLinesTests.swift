import Simulation
import TestSupport
import Testing

@Suite struct `The pace of progress` {
    @Test func `a terminal is drawn eight times a second at most`() {
        var pace = LinePace(at: 0)
        let drawings = (1...10_000).count { pace.draws(at: Double($0) / 1000) }
        #expect(drawings == 80)
    }

    @Test func `plain lines come when they are needed, or after ten seconds without one`() {
        var pace = LinePace(at: 100)
        let needed = [103.0, 103, 104, 130]
        let written = stride(from: 100.5, through: 140, by: 0.5).filter {
            pace.writes(at: $0, isNeeded: needed.contains($0))
        }
        #expect(written == [103, 104, 114, 124, 130, 140])
    }
}

@Suite struct `Status lines` {
    @Test func `are drawn in place, and text goes above them`() {
        var (status, screen) = (StatusLines(), TerminalScreen(columns: 80))
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
        #expect(screen.wraps && screen.unknown.isEmpty)
    }

    /// The cursor is where the next text removes all lines, whatever the terminal did to them.
    @Test func `leave the cursor at their start`() {
        var (status, screen) = (StatusLines(), TerminalScreen(columns: 20))
        screen.write(status.write("start\n"))
        for lines in [["a"], ["a", "b", "c"], ["a", "b"]] {
            screen.write(status.show(lines))
            #expect(screen.row == 1 && screen.column == 0)
        }
        screen.write(status.write("text\n"))
        #expect(screen.row == 2 && screen.column == 0 && screen.wraps)
    }

    @Test func `a line that fills the terminal, and what a key prints, leave no rest`() {
        let full = String(repeating: "x", count: 20)
        for noise in ["", "^C", "^C^C"] {
            var (status, screen) = (StatusLines(), TerminalScreen(columns: 20))
            screen.write(status.write("start\n"))
            screen.write(status.show([full, full + "more"]))
            #expect(screen.lines.count == 3)
            screen.write(noise)
            screen.write(status.show(["short", full]))
            #expect(screen.lines == ["start", "short", full])
            screen.write(noise)
            screen.write(status.write("error: interrupted\n"))
            #expect(screen.lines == ["start", "error: interrupted", "short", full])
            screen.write(noise)
            screen.write(status.show([]))
            #expect(screen.lines == ["start", "error: interrupted", ""])
        }
    }
}
