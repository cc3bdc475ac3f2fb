import Federation
import LearningRates

/// The lines of the runs under way in a terminal.
///
/// The columns are name, seed, a bar, rounds, the metric over the rounds so far and its newest
/// value. After them come the mean local rate, the global rate and the time left.
///
/// All lines have the same columns. A narrow terminal gets fewer of them.
public struct ProgressTable: Sendable {
    /// A run under way.
    public struct Row: Sendable {
        let line: ProgressLine
        let secondsLeft: Double

        /// - Parameters:
        ///   - line: the run and its rounds so far.
        ///   - secondsLeft: the estimated seconds until the end of this run; not finite if unknown.
        public init(_ line: ProgressLine, secondsLeft: Double) {
            (self.line, self.secondsLeft) = (line, secondsLeft)
        }
    }

    /// The sum of all runs, for the line above the others.
    public struct Total: Sendable {
        let name: String
        let share: Double
        let begun: Int
        let runs: Int
        let failures: Int
        let secondsLeft: Double

        /// - Parameters:
        ///   - name: the name of the comparison.
        ///   - share: the share of all work that is done, 0...1.
        ///   - begun: how many runs have begun, those that have ended included.
        ///   - runs: the number of all runs.
        ///   - failures: how many runs have failed.
        ///   - secondsLeft: the estimated seconds until the end of all runs; not finite if unknown.
        public init(
            name: String, share: Double, begun: Int, runs: Int, failures: Int, secondsLeft: Double
        ) {
            (self.name, self.share, self.begun, self.runs) = (name, share, begun, runs)
            (self.failures, self.secondsLeft) = (failures, secondsLeft)
        }

        /// Returns the line, cut to a number of columns; nil for any length.
        public func text(columns: Int? = nil, isUnicode: Bool) -> String {
            var parts = [
                "\(fixed((100 * share + 1e-9).rounded(.down), 0)) %", "run \(begun) of \(runs)",
                "\(duration(secondsLeft)) left",
            ]
            if failures > 0 { parts.insert("\(failures) failed", at: 2) }
            let rest = parts.joined(separator: "  ")
            let room = (columns ?? .max) - rest.utf8.count - 2
            guard room >= 4 else { return rest }
            let name = TextWidth.shortened(name, to: room, isUnicode)
            return name.isEmpty ? rest : "\(name)  \(rest)"
        }
    }

    /// Which columns a table has beside name, seed, rounds and metric.
    private struct Layout {
        var hasBar = true
        var hasSeries = true
        var hasRates = true
        var hasTime = true
        /// Whether words say which number is which rate.
        var hasWords = false

        /// Returns the layouts from wide to narrow.
        ///
        /// - Parameters:
        ///   - isUnicode: whether the characters of a sparkline can be shown.
        ///   - keepsTime: whether the time left is the last to be left out.
        static func all(isUnicode: Bool, keepsTime: Bool) -> [Layout] {
            var layout = Layout(hasSeries: isUnicode, hasWords: true)
            var all = [layout]
            func add(_ change: (inout Layout) -> Void) {
                change(&layout)
                all.append(layout)
            }
            add { $0.hasWords = false }
            if !keepsTime { add { $0.hasTime = false } }
            add { $0.hasRates = false }
            add { $0.hasBar = false }
            add { $0.hasSeries = false }
            if keepsTime { add { $0.hasTime = false } }
            return all
        }
    }

    private let rows: [Row]
    private let isUnicode: Bool

    private static let barColumns = 13
    private static let seriesColumns = 12
    /// The columns that a long name has at least while there are columns to leave out.
    private static let nameColumns = 12

    /// - Parameters:
    ///   - rows: the runs under way, in the order of their lines.
    ///   - isUnicode: whether the terminal shows other characters than ASCII.
    public init(_ rows: [Row], isUnicode: Bool) { (self.rows, self.isUnicode) = (rows, isUnicode) }

    /// Returns a line for each run, each at most `columns` wide.
    ///
    /// - Parameter keepsTime: whether the time left matters more than bar and rates, because no
    ///   line above has it.
    public func lines(columns: Int, keepsTime: Bool) -> [String] {
        let names = rows.map { TextWidth.shortened($0.line.label, to: .max, isUnicode) }
        let longest = names.map { TextWidth.of($0) }.max() ?? 0
        let wanted = min(longest, Self.nameColumns)
        var cells: [[String]] = []
        var room = 0
        for layout in Layout.all(isUnicode: isUnicode, keepsTime: keepsTime) {
            cells = aligned(rows.map { self.cells($0, layout) })
            let width = cells.first.map { $0.joined(separator: " ").count } ?? 0
            room = columns - width - (longest > 0 ? 1 : 0)
            if room >= wanted { break }
        }
        let nameWidth = max(0, min(longest, room))
        return zip(names, cells).map { name, cells in
            let rest = cells.joined(separator: " ")
            // A terminal without even this room gets the start of the line.
            guard nameWidth >= min(max(longest, 1), 4) else { return Self.cut(rest, columns) }
            let short = TextWidth.shortened(name, to: nameWidth, isUnicode)
            let gap = String(repeating: " ", count: nameWidth - TextWidth.of(short))
            return Self.cut("\(short)\(gap) \(rest)", columns)
        }
    }

    /// Returns a line without the spaces at its end, cut to a number of columns.
    private static func cut(_ line: String, _ columns: Int) -> String {
        var line = line
        while TextWidth.of(line) > max(0, columns) || line.last == " " { line.removeLast() }
        return line
    }

    /// Fills up the cells of each column to the same width, numbers from the left.
    private func aligned(_ cells: [[String]]) -> [[String]] {
        let widths = (cells.first ?? []).indices.map { column in
            cells.map { $0[column].count }.max() ?? 0
        }
        return cells.map { row in
            zip(row, widths).map { String(repeating: " ", count: $1 - $0.count) + $0 }
        }
    }

    private func cells(_ row: Row, _ layout: Layout) -> [String] {
        let line = row.line
        var cells: [String] = []
        if let seed = line.seed { cells.append("s\(seed)") }
        if layout.hasBar { cells.append(bar(Double(line.done) / Double(max(1, line.rounds)))) }
        let all = String(line.rounds)
        let done = String(line.done)
        cells.append(
            String(repeating: " ", count: max(0, all.count - done.count)) + "\(done)/\(all)")
        if layout.hasSeries {
            let series = Sparkline.text(line.means(Self.seriesColumns), in: scale)
            cells.append(series + String(repeating: " ", count: Self.seriesColumns - series.count))
        }
        cells.append(metric(line))
        if layout.hasRates {
            let local = line.record.map { brief($0.localRateMean) } ?? "-"
            let global = line.record.map { brief($0.decision.globalRate) } ?? "-"
            cells.append(layout.hasWords ? " local \(local)" : " \(local)")
            cells.append(layout.hasWords ? " global \(global)" : " \(global)")
        }
        if layout.hasTime { cells.append(" \(duration(row.secondsLeft)) left") }
        return cells
    }

    /// Returns the newest value of the metric. A dash stands for none.
    private func metric(_ line: ProgressLine) -> String {
        guard let value = line.value else { return "-" }
        switch line.metric {
        case .accuracy: return fixed(100 * value, 1) + " %"
        case .rmse, .perplexity: return "\(line.metric.name) \(brief(value))"
        }
    }

    private func bar(_ share: Double) -> String {
        let full = min(max(Int(share * Double(Self.barColumns)), 0), Self.barColumns)
        return String(repeating: isUnicode ? "━" : "#", count: full)
            + String(repeating: isUnicode ? "─" : "-", count: Self.barColumns - full)
    }

    /// The values of the lowest and of the highest character of all sparklines.
    private var scale: ClosedRange<Double> {
        let values = rows.flatMap { $0.line.means(Self.seriesColumns) }.compactMap(\.self)
        guard let least = values.min(), let most = values.max() else { return 0...0 }
        return least...most
    }
}
