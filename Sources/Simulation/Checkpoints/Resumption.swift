import Bytes
import Federation
import Glibc
import Scenarios
import Settings

/// The point from which a run continues: its locked folder, the newest usable checkpoint, and the
/// tables up to that checkpoint.
///
/// Nothing in the folder changes before `begin`. A run without any whole checkpoint begins again.
package struct Resumption: ~Copyable {
    private let path: String
    private let lock: FolderLock
    /// The state of the checkpoint; nil if the run begins again.
    private var state: RunState?
    /// The checkpoint with the tables; nil if the run begins again.
    private let found: Found?
    /// The warnings about files that cannot be used, in the order of the search.
    package let warnings: [String]
    /// The number of rounds that are complete; 0 if the run begins again.
    package var rounds: Int { found.map { Int($0.entry.rounds) } ?? 0 }

    private struct Found {
        let entry: CheckpointFolder.Entry
        let tables: RunTables
        /// Whether the checkpoint belongs to this run with fewer rounds.
        let isExtension: Bool
    }

    /// Reads the checkpoints of a run, the newest first, until one is usable.
    ///
    /// - Parameters:
    ///   - stretchesSchedules: whether schedules that depend on the number of rounds may
    ///   continue as those of a longer run.
    ///   - lockSeconds: how long to wait for a program that has locked the folder.
    /// - Throws: `UsageError` if another program has locked the folder, or if a checkpoint belongs
    ///   to another run.
    package init(
        _ path: String, _ prepared: PreparedRun, stretchesSchedules: Bool, lockSeconds: Double = 0
    ) throws {
        FolderLock.waitUntilFree(path, seconds: lockSeconds)
        let lock = try FolderLock(path, holder: "run", advice: "wait for its end")
        let folder = CheckpointFolder(ofRun: path)
        var (warnings, tableProblem): ([String], String?) = ([], nil)
        var state: RunState?
        var found: Found?
        for rounds in folder.rounds where found == nil {
            let file = folder.path(rounds)
            do {
                let checkpoint = try Self.checkpoint(file, rounds)
                let fit = CheckpointFit(checkpoint.header, prepared)
                if let problem = fit.problem(stretchesSchedules: stretchesSchedules) {
                    throw UsageError("\(file): \(problem)")
                }
                state = try Self.state(checkpoint, prepared, in: folder, run: path)
                let entry = CheckpointFolder.Entry(
                    rounds: rounds, vectors: checkpoint.header.vectors?.number)
                found = Found(
                    entry: entry,
                    tables: try RunTables(in: path, prepared, at: state?.outputs ?? []),
                    isExtension: fit.isShorter)
            } catch Checkpoint.Problem.damaged(let problem) {
                warnings.append(
                    "\(file): expected a whole checkpoint, found a damaged one (\(problem)); an"
                        + " earlier one is used")
            } catch Checkpoint.Problem.format(let format) {
                throw UsageError(
                    "\(file): expected a checkpoint in format \(Checkpoint.format), found format"
                        + " \(format); go on with the version of hyperfed that wrote it")
            } catch let problem as TableProblem {
                tableProblem = tableProblem ?? problem.description
                warnings.append("\(problem); an earlier checkpoint is used")
            }
        }
        if found == nil, let tableProblem {
            throw UsageError(
                "\(tableProblem); put the file back, or start the run anew with 'hyperfed run"
                    + " --overwrite'")
        }
        if found == nil { state = nil }
        (self.path, self.lock, self.warnings, self.found) = (path, lock, warnings, found)
        self.state = state
    }

    private static func checkpoint(_ file: String, _ rounds: UInt32) throws -> Checkpoint {
        let checkpoint = try Checkpoint(Files.readBytes(file))
        guard checkpoint.header.rounds == rounds else {
            throw Checkpoint.Problem.damaged(
                "it is one after \(counted(Int(checkpoint.header.rounds), "round"))")
        }
        return checkpoint
    }

    private static func state(
        _ checkpoint: Checkpoint, _ prepared: PreparedRun, in folder: CheckpointFolder,
        run: String
    ) throws -> RunState {
        var state = RunState(prepared, folder: run)
        try restore(&state, checkpoint, in: folder)
        return state
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
            let record = VectorFile.Record(
                round: own.round, offset: try reader.integer(), checksum: try reader.integer())
            return try VectorFile.read(
                record, of: client, floats: Int(own.vectorCount) * parameters, vectors,
                from: descriptor)
        }
    }

    /// The line that is printed before the run continues.
    var announcement: String {
        found == nil
            ? "no checkpoint that can be used in \(path); the run begins again"
            : "going on after round \(rounds - 1) from a checkpoint"
    }

    /// Returns the state to continue from: that of the checkpoint, or the one before the first
    /// round. Call it once.
    package mutating func takeState(_ prepared: PreparedRun) -> RunState {
        state.take() ?? RunState(prepared, folder: path)
    }

    /// Removes what the files have beyond the checkpoint, and returns them with a writer of further
    /// checkpoints.
    ///
    /// - Parameters:
    ///   - state: the state that the run continues from.
    ///   - file: the content of run.json.
    func begin(_ prepared: PreparedRun, _ state: borrowing RunState, _ file: RunFile) throws
        -> RunFiles
    {
        guard let found else {
            let folder = try RunFolder(path, prepared, file, lock)
            return RunFiles(
                folder: folder, checkpoints: CheckpointWriter(path, prepared, from: nil))
        }
        let folder = try RunFolder(continuing: path, found.tables, lock)
        let writer = CheckpointWriter(path, prepared, from: found.entry)
        if found.isExtension {
            try folder.write(extended: prepared)
            // From here on the settings of the checkpoint are those of scenario.yaml.
            try writer.write(state, again: true)
        }
        return RunFiles(folder: folder, checkpoints: writer)
    }
}

/// The files of a run that is active.
struct RunFiles: ~Copyable {
    let folder: RunFolder
    let checkpoints: CheckpointWriter
}
