import Bytes
import Federation
import Glibc
import Reporting
import Scenarios

/// Writes the checkpoints of a run.
///
/// The thread of the rounds writes into the memory of the system only. Another thread waits for the
/// disk: for the tables, the vectors and then the checkpoint under a temporary name. After that the
/// checkpoint gets its name. So an existing checkpoint is usable, even after the machine stopped.
/// The next checkpoint and the end of the run wait for that thread.
///
/// A run of a few seconds does not wait for the disk, since the wait would be a large part of it.
/// If the machine stops then, a checkpoint can be damaged. It is not used, and little work is lost.
package final class CheckpointWriter {
    private let folder: CheckpointFolder
    private let run: String
    private let prepared: PreparedRun
    private var interval: CheckpointInterval
    /// The checkpoints that are kept, the oldest first.
    private var kept: [CheckpointFolder.Entry]
    private var vectors: VectorFile?
    private var work: BackgroundWork?
    private var hasFlushedRun = false

    /// The seconds of rounds from which on checkpoints wait for the disk.
    private static let worthFlushing = 5.0

    /// - Parameters:
    ///   - run: the folder of the run.
    ///   - start: the checkpoint that the run continues from; nil for a new run.
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
    /// - Throws: `OutputError`, also for the previous checkpoint.
    func roundEnded(_ state: borrowing RunState) throws {
        let now = monotonicSeconds()
        guard interval.isDue(rounds: state.rounds, at: now) else { return }
        try write(state)
        interval.record(from: now, to: monotonicSeconds())
    }

    /// Writes a checkpoint, unless this state has one already or checkpoints are off.
    ///
    /// - Parameter again: whether an existing checkpoint of this state is replaced.
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
            guard let record = vectors?.record(of: client, from: own.round) else {
                throw OutputError(path, bytes: 0, BytesError.invalid("no vectors of \(client)"))
            }
            writer.write(record.offset)
            writer.write(record.checksum)
        }
        let temporary = try OutputError.naming(path, bytes: bytes.count) {
            try Files.writeTemporary(bytes, beside: path)
        }
        let entry = CheckpointFolder.Entry(
            rounds: state.rounds, vectors: vectors?.extent.number)
        kept = Array((kept.filter { $0.rounds != entry.rounds } + [entry]).suffix(2))
        guard state.summary.seconds >= Self.worthFlushing else {
            try OutputError.naming(path, bytes: bytes.count) {
                try Files.rename(temporary, to: path)
            }
            return folder.removeAll(but: kept)
        }
        let before =
            state.outputs.map { "\(run)/\($0.file)" } + [vectors?.path].compactMap(\.self)
        flush(before, temporary, to: path, bytes: bytes.count)
    }

    /// Starts the wait for the disk.
    ///
    /// - Parameter before: the files that the checkpoint needs.
    private func flush(_ before: [String], _ temporary: String, to path: String, bytes: Int) {
        // The first checkpoint also creates a name in the folder of the run.
        let flushed = hasFlushedRun ? nil : run
        hasFlushedRun = true
        let (checkpoints, stay) = (folder, kept)
        work = BackgroundWork {
            try OutputError.naming(path, bytes: bytes) {
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

    /// Appends the new vectors. If most of the file is out of date, all vectors go into a new file.
    private func prepareVectors(_ state: borrowing RunState) throws(OutputError) {
        var carried: [(client: UInt32, round: UInt32, floats: Int)] = []
        let parameters = state.parameterCount
        state.clients.forEachWithVectors { client, own in
            carried.append((client, own.round, Int(own.vectorCount) * parameters))
        }
        guard !carried.isEmpty else { return }
        let size = vectors?.size(with: carried)
        if let size, size.all <= max(VectorFile.smallBytes, 2 * size.live) {
            // The vectors fit into the existing file.
        } else {
            let number = max(folder.nextVectorFile, (vectors?.extent.number ?? 0) &+ 1)
            vectors = try VectorFile(creating: number, in: folder.path)
        }
        try state.clients.forEachWithVectors { client, own throws(OutputError) in
            guard vectors?.record(of: client, from: own.round) == nil, let held = own.vectors else {
                return
            }
            try held.withFloats { span throws(OutputError) in
                try vectors?.append(client: client, round: own.round, span)
            }
        }
    }
}
