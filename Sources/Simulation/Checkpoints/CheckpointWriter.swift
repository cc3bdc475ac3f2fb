import Bytes
import Federation
import Glibc
import Scenarios

/// Writes the checkpoints of a run.
///
/// The thread of the rounds writes into the system's memory only. Another one waits for the disk:
/// first the tables and the vectors, as long as the checkpoint says they are, then the checkpoint
/// under a temporary name, and when all of that lasts it gets its name. So a checkpoint that is
/// there can be used, also after the machine went down. The next checkpoint, and the end of the run,
/// wait for that thread.
package final class CheckpointWriter {
    private let folder: CheckpointFolder
    private let run: String
    private let prepared: PreparedRun
    private var interval: CheckpointInterval
    /// The checkpoints that stay, the oldest first.
    private var kept: [CheckpointFolder.Entry]
    private var vectors: VectorFile?
    private var work: BackgroundWork?
    private var hasFlushedRun = false

    /// - Parameters:
    ///   - run: the folder of the run.
    ///   - start: the checkpoint that the run goes on from; nil where it begins.
    init(_ run: String, _ prepared: PreparedRun, from start: CheckpointFolder.Entry?) {
        self.run = run
        self.prepared = prepared
        folder = CheckpointFolder(ofRun: run)
        interval = CheckpointInterval(
            prepared.scenario.checkpoint.every, at: monotonicSeconds())
        kept = start.map { [$0] } ?? []
    }

    /// Writes a checkpoint if one is due.
    ///
    /// - Throws: `OutputError`, also about the checkpoint before.
    func roundEnded(_ state: borrowing RunState) throws {
        let now = monotonicSeconds()
        guard interval.isDue(rounds: state.rounds, at: now) else { return }
        try write(state)
        interval.record(from: now, to: monotonicSeconds())
    }

    /// Writes a checkpoint now, unless there is one of this state, or none are wanted.
    ///
    /// - Parameter again: also if there is one after as many rounds, which this one replaces.
    func write(_ state: borrowing RunState, again: Bool = false) throws {
        try finish()
        guard interval.isOn, state.rounds > 0, again || kept.last?.rounds != state.rounds else {
            return
        }
        let path = folder.path(state.rounds)
        try OutputError.naming(folder.path) { try Files.makeFolder(folder.path) }
        try prepareVectors(state)
        let header = CheckpointHeader(prepared, rounds: state.rounds, vectors: vectors?.extent)
        let bytes = try Checkpoint.bytes(of: state, header) {
            client, own, writer throws(OutputError) in
            guard let place = vectors?.place(of: client, from: own.round) else {
                throw OutputError(path, bytes: 0, BytesError.invalid("no vectors of \(client)"))
            }
            writer.write(place.offset)
            writer.write(place.checksum)
        }
        let temporary = try OutputError.naming(path, bytes: bytes.count) {
            try Files.writeTemporary(bytes, beside: path)
        }
        let entry = CheckpointFolder.Entry(
            rounds: state.rounds, vectors: vectors?.extent.number)
        kept = Array((kept.filter { $0.rounds != entry.rounds } + [entry]).suffix(2))
        let before =
            state.outputs.map { "\(run)/\($0.file)" } + [vectors?.path].compactMap(\.self)
        // The first one makes a new name in the run's folder, too.
        let flushed = hasFlushedRun ? nil : run
        hasFlushedRun = true
        let (checkpoints, stay) = (folder, kept)
        work = BackgroundWork {
            try OutputError.naming(path, bytes: bytes.count) {
                do {
                    for file in before { try Files.flush(file) }
                    try Files.flush(temporary)
                } catch {
                    unlink(temporary)
                    throw error
                }
                try Files.move(temporary, to: path)
                if let flushed { Files.flushFolder(flushed) }
            }
            checkpoints.removeAll(but: stay)
        }
    }

    /// Waits until the last checkpoint is on the disk.
    ///
    /// - Throws: `OutputError` if it is not.
    func finish() throws {
        guard let work else { return }
        self.work = nil
        try work.finish()
    }

    /// Appends the vectors that are new, or begins a new file with all where most of the old one is
    /// not needed.
    private func prepareVectors(_ state: borrowing RunState) throws(OutputError) {
        var carried: [(client: UInt32, round: UInt32, floats: Int)] = []
        let parameters = state.parameterCount
        state.clients.forEachWithVectors { client, own in
            carried.append((client, own.round, Int(own.vectorCount) * parameters))
        }
        guard !carried.isEmpty else { return }
        let size = vectors?.size(with: carried)
        if let size, size.all <= max(VectorFile.smallBytes, 2 * size.live) {
            // The file that is there will do.
        } else {
            let number = max(folder.nextVectorFile, (vectors?.extent.number ?? 0) &+ 1)
            vectors = try VectorFile(creating: number, in: folder.path)
        }
        try state.clients.forEachWithVectors { client, own throws(OutputError) in
            guard vectors?.place(of: client, from: own.round) == nil, let held = own.vectors else {
                return
            }
            try held.withFloats { span throws(OutputError) in
                _ = try vectors?.append(client: client, round: own.round, span)
            }
        }
    }
}
