import Datasets
import Federation
import Glibc
import Models
import Reporting
import Scenarios
import Synchronization

/// What a person sees of runs while they go on: on a terminal a line for each one under way, which
/// is drawn again in place; elsewhere a line for each one that has ended. A single run has ten
/// lines there.
///
/// Runs report from their own threads.
final class ProgressBoard: Sendable {
    /// One run on the board.
    struct Entry: Sendable {
        let board: ProgressBoard
        let index: Int

        /// Its first round begins.
        ///
        /// - Parameter roundsBefore: rounds that were done before, of a run that is resumed.
        func begin(roundsBefore: Int) { board.begin(index, roundsBefore) }
        /// A round is done.
        func add(_ record: RoundRecord) { board.add(record, to: index) }
        /// It has finished, failed, or will not start.
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
        /// The largest share that was shown: it never falls, though estimates change.
        var share = 0.0
    }

    private let names: [String]
    private let metrics: [Metric]
    private let isQuiet: Bool
    private let terminal: StatusTerminal?
    private let state: Mutex<State>

    /// Seconds between two drawings of the lines, at least.
    private static let interval = 0.1

    /// - Parameters:
    ///   - runs: each with its name in the lines, which may be empty for one alone.
    ///   - jobs: how many of them go on at once.
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

    /// The entry of a run.
    subscript(index: Int) -> Entry { Entry(board: self, index: index) }

    private func begin(_ index: Int, _ roundsBefore: Int) {
        state.withLock { state in
            let rounds = state.time.runs[index].rounds
            state.time.runs[index].before = roundsBefore
            state.time.runs[index].done = roundsBefore
            state.running[index] = Running(
                line: ProgressLine(name: names[index], rounds: rounds, metric: metrics[index]),
                began: monotonicSeconds())
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
            state.share = max(state.share, state.time.share)
            guard let running = state.running.removeValue(forKey: index), let terminal else {
                return
            }
            // What has come of a run stays above the lines of the others.
            let last = text(running.line, state, columns: terminal.columns - 1)
            draw(state, terminal)
            if running.line.hasRounds { writeError(last) }
        }
    }

    private func draw(_ state: State, _ terminal: StatusTerminal) {
        let all = state.running.sorted { $0.key < $1.key }.map {
            text($0.value.line, state, columns: terminal.columns - 1)
        }
        // More lines than rows would scroll away.
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
    /// About how many multiplications a round is, to weigh runs against each other.
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
