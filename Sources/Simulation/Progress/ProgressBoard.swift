import Datasets
import Federation
import Glibc
import Models
import Reporting
import Scenarios
import Synchronization

/// The progress of several runs, for a person. On a terminal each run under way has a line that is
/// drawn again in place. In a file each run has a line when it ends; a single run has ten lines.
///
/// Runs report from their own threads.
final class ProgressBoard: Sendable {
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
        var lastDrawn = -1.0
        /// The largest share that was shown. It never becomes smaller, although estimates change.
        var share = 0.0
    }

    private let names: [String]
    private let metrics: [Metric]
    private let isQuiet: Bool
    private let terminal: StatusTerminal?
    private let state: Mutex<State>

    /// The smallest number of seconds between two drawings of the lines.
    private static let interval = 0.1

    /// - Parameters:
    ///   - runs: the runs and their names in the lines. The name of a single run may be empty.
    ///   - jobs: the number of runs that go on at the same time.
    ///   - isQuiet: whether nothing is shown.
    init(_ runs: [(run: PreparedRun, name: String)], jobs: Int, isQuiet: Bool) {
        names = runs.map(\.name)
        metrics = runs.map(\.run.metric)
        self.isQuiet = isQuiet
        terminal = isQuiet ? nil : StatusTerminal.current
        let time = RemainingTime(
            runs: runs.map { run, _ in
                RemainingTime.Run(
                    kind: run.name, rounds: run.scenario.training.rounds,
                    workOfRound: run.workOfRound)
            }, jobs: jobs)
        state = Mutex(State(time: time))
    }

    /// Returns the entry of a run.
    subscript(index: Int) -> Entry { Entry(board: self, index: index) }

    private func start(_ index: Int) {
        state.withLock { state in
            guard state.running[index] == nil else { return }
            let rounds = state.time.runs[index].rounds
            state.running[index] = Running(
                line: ProgressLine(name: names[index], rounds: rounds, metric: metrics[index]),
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
            if let terminal {
                guard now - state.lastDrawn >= Self.interval else { return }
                state.lastDrawn = now
                state.share = max(state.share, state.time.share)
                draw(state, terminal)
            } else if names.count == 1 ? line.isMilestone(record.round) : line.isComplete {
                state.share = max(state.share, state.time.share)
                writeError(text(line, state, columns: nil))
            }
        }
    }

    private func end(_ index: Int) {
        state.withLock { state in
            state.time.runs[index].isOver = true
            if let began = state.running[index]?.began {
                state.time.runs[index].seconds = monotonicSeconds() - began
            }
            state.share = max(state.share, state.time.share)
            guard let running = state.running.removeValue(forKey: index), let terminal else {
                return
            }
            // The last line of a run stays above the lines of the others.
            let last = text(running.line, state, columns: terminal.columns - 1)
            draw(state, terminal)
            if running.line.hasRounds { writeError(last) }
        }
    }

    private func draw(_ state: State, _ terminal: StatusTerminal) {
        let all = state.running.sorted { $0.key < $1.key }.map {
            text($0.value.line, state, columns: terminal.columns - 1)
        }
        // Lines beyond the height of the terminal could not be drawn in place.
        let room = max(1, terminal.rows - 1)
        guard all.count > room else { return showStatus(all) }
        showStatus(all.prefix(room - 1) + ["and \(all.count - room + 1) more"])
    }

    private func text(_ line: ProgressLine, _ state: State, columns: Int?) -> String {
        line.text(
            share: state.share, secondsLeft: state.time.seconds ?? .nan, columns: columns)
    }
}

extension PreparedRun {
    /// The approximate number of multiplications of a round, to compare the work of runs.
    fileprivate var workOfRound: Double {
        let clients = Double(scenario.clients.perRound)
        let all = Double(holdout.training.totalSize)
        let samples: Double
        switch scenario.training.length {
        case .epochs(let epochs): samples = Double(epochs) * all / Double(scenario.clients.count)
        case .steps(let steps): samples = Double(steps) * Double(scenario.training.batchSize)
        }
        return max(1, clients * samples * Double(network.parameterCount))
    }
}
