import Federation
import Reporting
import Testing

@Suite struct `Progress tables` {
    /// A run of which so many rounds are done, with an accuracy from 0 to nearly `best`.
    private static func line(
        _ label: String, seed: UInt64? = 2, done: Int, rounds: Int = 300, best: Double = 0.8,
        metric: Metric = .accuracy
    ) -> ProgressLine {
        var line = ProgressLine(
            name: "[1/2] \(label)", label: label, seed: seed, rounds: rounds, metric: metric)
        for round in 0..<done {
            let value = best * Double(round) / Double(max(1, done))
            line.add(
                metric == .accuracy
                    ? record(round: UInt32(round), testAccuracy: value)
                    : record(round: UInt32(round), testAccuracy: nil, testRMSE: 10 * value))
        }
        return line
    }

    private static func table(_ lines: [ProgressLine], isUnicode: Bool = true) -> ProgressTable {
        ProgressTable(
            lines.enumerated().map { ProgressTable.Row($1, secondsLeft: Double(10 + 90 * $0)) },
            isUnicode: isUnicode)
    }

    private static let two = [
        line("client-side", done: 189), line("server-side local", seed: 12, done: 60, best: 0.4),
    ]

    @Test func `golden lines from wide to narrow`() {
        let table = Self.table(Self.two)
        let wide = [
            "client-side        s2 ━━━━━━━━───── 189/300 ▁▁▂▃▄▄▅▆▆▇██ 79.6 %"
                + "  local 0.02000  global 1.000      10 s left",
            "server-side local s12 ━━───────────  60/300 ▁▁▁▂▂▂▃▃▃▄▄▄ 39.3 %"
                + "  local 0.02000  global 1.000  1:40 min left",
        ]
        #expect(table.lines(columns: 200, keepsTime: false) == wide)
        #expect(table.lines(columns: 108, keepsTime: false) == wide)
        #expect(
            table.lines(columns: 79, keepsTime: false) == [
                "client-side        s2 ━━━━━━━━───── 189/300 ▁▁▂▃▄▄▅▆▆▇██ 79.6 %  0.02000  1.000",
                "server-side local s12 ━━───────────  60/300 ▁▁▁▂▂▂▃▃▃▄▄▄ 39.3 %  0.02000  1.000",
            ])
        #expect(
            table.lines(columns: 76, keepsTime: false) == [
                "client-side     s2 ━━━━━━━━───── 189/300 ▁▁▂▃▄▄▅▆▆▇██ 79.6 %  0.02000  1.000",
                "server-… local s12 ━━───────────  60/300 ▁▁▁▂▂▂▃▃▃▄▄▄ 39.3 %  0.02000  1.000",
            ])
        #expect(
            table.lines(columns: 39, keepsTime: false) == [
                "client-side        s2 189/300 79.6 %",
                "server-side local s12  60/300 39.3 %",
            ])
    }

    @Test func `without Unicode there are signs of ASCII, and no sparkline`() {
        let table = Self.table(
            [Self.line("é\u{1B}[2J\nname", done: 75)], isUnicode: false)
        #expect(
            table.lines(columns: 120, keepsTime: false) == [
                "??[2J\\nname s2 ###----------  75/300 78.9 %  local 0.02000  global 1.000"
                    + "  10 s left"
            ])
    }

    @Test func `the time left of a single run goes last`() {
        let table = Self.table([Self.line("", seed: nil, done: 30)])
        #expect(
            table.lines(columns: 79, keepsTime: true) == [
                "━────────────  30/300 ▁▁▂▃▃▄▅▆▆▇██ 77.3 %  0.02000  1.000  10 s left"
            ])
        #expect(
            table.lines(columns: 44, keepsTime: true) == [" 30/300 ▁▁▂▃▃▄▅▆▆▇██ 77.3 %  10 s left"])
        #expect(table.lines(columns: 25, keepsTime: true) == [" 30/300 77.3 %  10 s left"])
        #expect(table.lines(columns: 24, keepsTime: true) == [" 30/300 77.3 %"])
    }

    @Test func `a run without an evaluation or a round has dashes`() {
        var void = ProgressLine(name: "", label: "a", seed: 1, rounds: 5)
        void.add(record(testAccuracy: nil))
        let table = Self.table([ProgressLine(name: "", label: "b", seed: 1, rounds: 5), void])
        #expect(
            table.lines(columns: 79, keepsTime: false) == [
                "b s1 ───────────── 0/5              -        -      -      10 s left",
                "a s1 ━━─────────── 1/5              -  0.02000  1.000  1:40 min left",
            ])
    }

    @Test func `a metric of errors has its name`() {
        let table = Self.table([Self.line("a", done: 4, rounds: 4, metric: .rmse)])
        #expect(
            table.lines(columns: 79, keepsTime: false) == [
                "a s2 ━━━━━━━━━━━━━ 4/4 ▁▃▆█         RMSE 6.000  0.02000  1.000  10 s left"
            ])
    }

    /// Names of other scripts fill two columns a letter, or none.
    @Test func `no line is wider than the terminal, and columns stand below each other`() {
        let names = ["client-side", "クライアント側の学習率", "e\u{301}e\u{301}", "", "a, b 0.1, c 0.01, d 7"]
        let lines = names.enumerated().map {
            Self.line($1, seed: UInt64(7 * $0), done: 20 * ($0 + 1))
        }
        for isUnicode in [true, false] {
            for columns in 0...140 {
                for keepsTime in [true, false] {
                    let text = Self.table(lines, isUnicode: isUnicode).lines(
                        columns: columns, keepsTime: keepsTime)
                    #expect(text.count == lines.count)
                    #expect(text.allSatisfy { TextWidth.of($0) <= columns }, "\(columns)")
                    guard columns >= 40 else { continue }
                    let places = text.map { line in
                        TextWidth.of(String(line.prefix { $0 != "/" }))
                    }
                    #expect(Set(places).count == 1, "\(columns): \(text)")
                }
            }
        }
    }

    /// A long run keeps few numbers; its sparkline is that of all of them.
    @Test(arguments: [1, 5, 12, 47, 48, 49, 96, 97, 1000, 12_345])
    func `the sparkline of any number of rounds rises with the accuracy`(rounds: Int) throws {
        let text = Self.table([Self.line("a", done: rounds, rounds: rounds)])
            .lines(columns: 79, keepsTime: false)[0]
        let marks = text.filter { ("▁"..."█").contains($0) }
        #expect(marks.count == min(12, rounds))
        #expect(zip(marks, marks.dropFirst()).allSatisfy { $0 <= $1 })
        if rounds >= 5 { #expect(marks.first == "▁" && marks.last == "█") }
    }

    @Test func `rounds without an evaluation show the one before`() {
        var line = ProgressLine(name: "", label: "a", rounds: 12)
        for round in 0..<12 {
            let value = round == 3 ? 0.2 : round == 9 ? 0.9 : nil
            line.add(record(round: UInt32(round), testAccuracy: value))
        }
        #expect(
            Self.table([line]).lines(columns: 79, keepsTime: false)[0].contains(
                "   ▁▁▁▁▁▁███ 90.0 %"))
    }

    @Test func `the line of all runs has what failed, and its name is shortened`() {
        func total(_ failures: Int) -> ProgressTable.Total {
            ProgressTable.Total(
                name: "fashion-skewed", share: 0.619, begun: 11, runs: 18, failures: failures,
                secondsLeft: 252)
        }
        #expect(
            total(1).text(isUnicode: true)
                == "fashion-skewed  61 %  run 11 of 18  1 failed  4:12 min left")
        #expect(
            total(0).text(columns: 46, isUnicode: true)
                == "fashi…kewed  61 %  run 11 of 18  4:12 min left")
        for columns in 34...80 {
            #expect(total(0).text(columns: columns, isUnicode: false).count <= columns)
        }
    }
}
