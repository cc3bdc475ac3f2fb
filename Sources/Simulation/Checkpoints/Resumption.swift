import Bytes
import Federation
import Glibc
import Scenarios

/// Where a run goes on: its folder, locked, and the newest checkpoint that can be used, with the
/// tables as far as it goes. Nothing in the folder is changed before `begin`.
///
/// A run without any whole checkpoint begins again.
struct Resumption: ~Copyable {
    private let path: String
    private let lock: FolderLock
    private var state: RunState?
    private var tables: RunTables?
    /// The checkpoint; nil where the run begins again.
    private var start: CheckpointFolder.Entry?
    /// Whether the checkpoint is of this run with fewer rounds.
    private var isExtension = false
    /// What a user should know, in the order that it was found.
    private(set) var warnings: [String] = []
    /// After how many rounds the run goes on.
    private(set) var rounds = 0

    /// Reads the checkpoints of a run, the newest first, up to one that can be used.
    ///
    /// - Parameter stretchesSchedules: whether schedules that depend on the number of rounds may go
    ///   on as those of a longer run.
    /// - Throws: `UsageError` when somebody else writes there, or a checkpoint is not of this run.
    init(_ path: String, _ prepared: PreparedRun, stretchesSchedules: Bool) throws {
        self.path = path
        lock = try FolderLock(path, holder: "run", advice: "wait for its end")
        let folder = CheckpointFolder(ofRun: path)
        var tableProblem: String?
        for rounds in folder.rounds {
            let file = folder.path(rounds)
            do {
                let checkpoint = try Checkpoint(Files.readBytes(file))
                guard checkpoint.header.rounds == rounds else {
                    throw Checkpoint.Problem.damaged(
                        "it is one after \(checkpoint.header.rounds) rounds")
                }
                let fit = CheckpointFit(checkpoint.header, prepared)
                if let problem = fit.problem(stretchesSchedules: stretchesSchedules) {
                    throw UsageError("\(file): \(problem)")
                }
                var state = RunState(prepared)
                try Self.restore(&state, checkpoint, in: folder)
                tables = try RunTables(in: path, prepared, at: state.outputs)
                isExtension = fit.isShorter
                self.rounds = Int(rounds)
                start = CheckpointFolder.Entry(
                    rounds: rounds, vectors: checkpoint.header.vectors?.number)
                self.state = consume state
                return
            } catch Checkpoint.Problem.damaged(let problem) {
                warnings.append("\(file): expected a whole checkpoint, found a damaged one (\(problem))")
            } catch Checkpoint.Problem.format(let format) {
                throw UsageError(
                    "\(file): expected a checkpoint in format \(Checkpoint.format), found format"
                        + " \(format); go on with the version of hyperfed that wrote it")
            } catch let problem as TableProblem {
                tableProblem = tableProblem ?? problem.description
                warnings.append("\(problem)")
            }
        }
        if let tableProblem {
            throw UsageError(
                "\(tableProblem); put the file back, or start the run anew with 'hyperfed run"
                    + " --overwrite'")
        }
    }

    private static func restore(
        _ state: inout RunState, _ checkpoint: Checkpoint, in folder: CheckpointFolder
    ) throws {
        let vectors = checkpoint.header.vectors
        var descriptor: Int32 = -1
        defer { if descriptor >= 0 { close(descriptor) } }
        if let vectors {
            descriptor = open(
                "\(folder.path)/\(VectorFile.name(vectors.number))", O_RDONLY | O_CLOEXEC)
        }
        let parameters = state.parameterCount
        try checkpoint.restore(&state) { client, own, reader throws(BytesError) in
            guard let vectors else {
                throw .invalid("expected a file with the vectors of client \(client), found none")
            }
            let place = VectorFile.Place(
                round: own.round, offset: try reader.integer(), checksum: try reader.integer())
            return try VectorFile.read(
                place, of: client, floats: Int(own.vectorCount) * parameters, vectors,
                from: descriptor)
        }
    }

    /// What is said before the run goes on.
    var announcement: String {
        start == nil
            ? "no checkpoint that can be used in \(path); the run begins again"
            : "going on after round \(rounds - 1) from a checkpoint"
    }

    /// Takes the state to go on from; that before the first round where the run begins again.
    mutating func takeState(_ prepared: PreparedRun) -> RunState {
        state.take() ?? RunState(prepared)
    }

    /// Brings the files to where the checkpoint says they were; returns them with the writer of
    /// further checkpoints. From now on they change.
    ///
    /// - Parameter state: what the run goes on from.
    func begin(_ prepared: PreparedRun, _ state: borrowing RunState) throws -> RunFiles {
        guard let tables else {
            let folder = try RunFolder(path, prepared, lock)
            return RunFiles(folder: folder, checkpoints: CheckpointWriter(path, prepared, from: nil))
        }
        let folder = try RunFolder(continuing: path, tables, lock)
        let writer = CheckpointWriter(path, prepared, from: start)
        if isExtension {
            try folder.write(extended: prepared)
            // Of the longer run: from here on its settings are those of scenario.yaml.
            try writer.write(state, again: true)
        }
        return RunFiles(folder: folder, checkpoints: writer)
    }
}

/// The files of a run under way.
struct RunFiles: ~Copyable {
    let folder: RunFolder
    let checkpoints: CheckpointWriter
}
