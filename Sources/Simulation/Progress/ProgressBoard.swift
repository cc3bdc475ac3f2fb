import Datasets
import Federation
import Glibc
import Models
import Reporting
import Scenarios
import Synchronization

/// The progress of several runs, for a person.
///
/// On a terminal each run under way has a line that is drawn again in place, below a line for all
/// runs. Elsewhere each run has a line when it ends, and a single run has ten lines. If ten seconds
/// pass without a line, there is one more.
///
/// Runs report from their own threads.
final class ProgressBoard: Sendable {
    /// A run with its names.
    struct Item: Sendable {
        let run: PreparedRun
        /// The name in a line of its own, with number and seed. That of a single run may be empty.
        let name: String
        /// The name in the table of runs under way, without number and seed.
        let label: String
    }

    /// The entry of one run on the board.
    struct Entry: Sendable {
        let board: ProgressBoard
        let index: Int

        /// Records that the run begins: its files and processes are next.
        func start() { board.start(index) }
        /// Records that the first round begins.
        ///
        /// - Parameter roundsBefore: the number of rounds that were done before the run was
        ///   resumed.
        func begin(roundsBefore: Int) { board.begin(index, roundsBefore) }
        /// Records that a round is done.
        func add(_ record: RoundRecord) { board.add(record, to: index) }
        /// Records that the run has failed.
        func fail() { board.fail(index) }
        /// Records that the run has finished or failed, or will not start.
        func end() { board.end(index) }
    }

    private struct Running: Sendable {
        var line: ProgressLine
        let began: Double
    }

    private struct State: Sendable {
        var time: RemainingTime
        var running: [Int: Running] = [:]
        /// How many runs have begun, and which have failed.
        var begun = 0
        var failed: Set<Int> = []
        var pace: LinePace
        /// The largest share that was shown. It never becomes smaller, although estimates change.
        var share = 0.0
    }

    private let items: [Item]
    private let title: String?
    private let isQuiet: Bool
    private let isTerminal: Bool
    private let state: Mutex<State>

    /// - Parameters:
    ///   - items: the runs.
    ///   - title: the name of the comparison; nil for a single run, which has no line above it.
    ///   - jobs: the number of runs that go on at the same time.
    ///   - isQuiet: whether nothing is shown.
    init(_ items: [Item], title: String?, jobs: Int, isQuiet: Bool) {
        (self.items, self.title, self.isQuiet) = (items, title, isQuiet)
        isTerminal = !isQuiet && StatusTerminal.current != nil
        let time = RemainingTime(
            runs: items.map { item in
                RemainingTime.Run(
                    kind: item.run.name, rounds: item.run.scenario.training.rounds,
                    workOfRound: item.run.workOfRound)
            }, jobs: jobs)
        state = Mutex(State(time: time, pace: LinePace(at: monotonicSeconds())))
    }

    /// Returns the entry of a run.
    subscript(index: Int) -> Entry { Entry(board: self, index: index) }

    private func start(_ index: Int) {
        state.withLock { state in
            guard state.running[index] == nil else { return }
            let item = items[index]
            state.begun += 1
            state.running[index] = Running(
                line: ProgressLine(
                    name: item.name, label: item.label,
                    seed: title == nil ? nil : item.run.scenario.seed,
                    rounds: state.time.runs[index].rounds, metric: item.run.metric),
                began: monotonicSeconds())
        }
    }

    private func begin(_ index: Int, _ roundsBefore: Int) {
        start(index)
        state.withLock { state in
            state.time.runs[index].before = roundsBefore
            state.time.runs[index].done = roundsBefore
        }
    }

    private func add(_ record: RoundRecord, to index: Int) {
        state.withLock { state in
            let now = monotonicSeconds()
            state.running[index]?.line.add(record)
            state.time.runs[index].done = Int(record.round) + 1
            state.time.runs[index].seconds = now - (state.running[index]?.began ?? now)
            guard !isQuiet, let line = state.running[index]?.line else { return }
            if isTerminal {
                guard state.pace.draws(at: now) else { return }
                state.share = max(state.share, state.time.share)
                draw(state)
            } else {
                let hasOwnLine =
                    items.count == 1 ? line.isMilestone(record.round) : line.isComplete
                guard state.pace.writes(at: now, isNeeded: hasOwnLine) else { return }
                state.share = max(state.share, state.time.share)
                writeError(
                    hasOwnLine ? text(line, state) : total(state) ?? text(line, state))
            }
        }
    }

    private func fail(_ index: Int) { state.withLock { _ = $0.failed.insert(index) } }

    private func end(_ index: Int) {
        state.withLock { state in
            if let began = state.running[index]?.began {
                state.time.runs[index].seconds = monotonicSeconds() - began
            }
            // A run that ended early shows the share that it had.
            state.share = max(state.share, state.time.share)
            let last = state.running[index].map { text($0.line, state, StatusTerminal.current) }
            state.time.runs[index].isOver = true
            state.share = max(state.share, state.time.share)
            guard let ended = state.running.removeValue(forKey: index), isTerminal else { return }
            draw(state)
            // The last line of a run stays above the lines of the others.
            if let last, ended.line.hasRounds { writeError(last) }
        }
    }

    /// Draws the lines of all runs under way.
    private func draw(_ state: State) {
        // The size may have changed.
        guard let terminal = StatusTerminal.current else { return }
        guard !state.running.isEmpty else { return showStatus([]) }
        let columns = terminal.columns - 1
        let seconds = state.time.secondsOfRuns
        let above = total(state, terminal).map { [$0] } ?? []
        // Lines beyond the height of the terminal could not be drawn in place.
        let room = max(1, terminal.rows - 1 - above.count)
        let all = state.running.sorted { $0.key < $1.key }
        let shown = all.count > room ? all.prefix(room - 1) : all[...]
        let table = ProgressTable(
            shown.map { ProgressTable.Row($0.value.line, secondsLeft: seconds?[$0.key] ?? .nan) },
            isUnicode: terminal.isUnicode)
        let more = all.count > room ? ["and \(all.count - shown.count) more"] : []
        showStatus(above + table.lines(columns: columns, keepsTime: title == nil) + more)
    }

    /// Returns the line of all runs; nil for a single run.
    private func total(_ state: State, _ terminal: StatusTerminal? = nil) -> String? {
        guard let title else { return nil }
        let total = ProgressTable.Total(
            name: title, share: state.share, begun: state.begun, runs: items.count,
            failures: state.failed.count, secondsLeft: state.time.seconds ?? .nan)
        return total.text(
            columns: terminal.map { $0.columns - 1 }, isUnicode: terminal?.isUnicode ?? true)
    }

    private func text(_ line: ProgressLine, _ state: State, _ terminal: StatusTerminal? = nil)
        -> String
    {
        line.text(
            share: state.share, secondsLeft: state.time.seconds ?? .nan,
            columns: terminal.map { $0.columns - 1 }, isUnicode: terminal?.isUnicode ?? true)
    }
}

extension PreparedRun {
    /// The approximate number of multiplications of a round, to compare the work of runs.
    fileprivate var workOfRound: Double {
        let clients = Double(scenario.clients.perRound)
        // The mean of the surveyed clients is close enough.
        let part = holdout.training.surveyedPart
        let samples: Double
        switch scenario.training.length {
        case .epochs(let epochs): samples = Double(epochs * part.totalSize) / Double(part.count)
        case .steps(let steps): samples = Double(steps) * Double(scenario.training.batchSize)
        }
        return max(1, clients * samples * Double(network.parameterCount))
    }
}
