package import EventFiles
package import Federation
import Glibc

/// The event file of a run, which TensorBoard reads. It is written if `output.tensorboard` is true.
///
/// The file has the hyperparameters of the run, then one record for each round. A record is written
/// in one call, so a reader of a growing file finds whole rounds. The records are the same for
/// equal runs but for their wall times.
package final class EventFile: CuttableTable {
    /// The name of the file. TensorBoard reads each file whose name contains "tfevents".
    package static let name = "events.out.tfevents.hyperfed"

    /// The length of the file after the last round.
    package var position: OutputPosition { OutputPosition(file: Self.name, bytes: bytes) }

    private let path: String
    private let descriptor: Int32
    private var bytes: UInt64 = 0

    /// Starts a file with its version and the hyperparameters. An existing file is replaced.
    ///
    /// - Throws: `SystemError` if the file cannot be written.
    package init(in folder: String, _ parameters: [Hyperparameter]) throws {
        path = "\(folder)/\(Self.name)"
        descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw SystemError.last("write to it", path) }
        let time = wallTime()
        let start =
            EventRecord.version(wallTime: time) + EventRecord.start(parameters, wallTime: time)
        try Files.appendRows(start, to: descriptor, path)
        bytes = UInt64(start.count)
    }

    /// Opens an existing file, in which a record ends at a position. The file does not change
    /// before `cut(to:)`, which must come before further rounds.
    ///
    /// - Throws: `TableProblem` if no record ends there.
    package init(continuing folder: String, at position: UInt64) throws(TableProblem) {
        path = "\(folder)/\(Self.name)"
        bytes = position
        descriptor = open(path, O_RDWR | O_APPEND | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw TableProblem("\(SystemError.last("open it", path))")
        }
        try check()
    }

    private func check() throws(TableProblem) {
        var status = stat()
        guard fstat(descriptor, &status) == 0, UInt64(status.st_size) >= bytes else {
            throw TableProblem("\(path): expected at least \(bytes) bytes, found \(status.st_size)")
        }
        var end: UInt64 = 0
        while end < bytes {
            var head = [UInt8](repeating: 0, count: RecordFrame.headBytes)
            guard pread(descriptor, &head, head.count, off_t(end)) == head.count,
                let length = RecordFrame.dataBytes(head: head), length <= bytes - end
            else { throw TableProblem("\(path): expected a record at byte \(end), found none") }
            end += length + UInt64(RecordFrame.extraBytes)
        }
        guard end == bytes else {
            throw TableProblem("\(path): expected the end of a record at byte \(bytes), found none")
        }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// Removes the records behind a position.
    ///
    /// - Throws: `SystemError` if the file cannot be written.
    package func cut(to position: UInt64) throws {
        bytes = position
        guard ftruncate(descriptor, off_t(position)) == 0 else {
            throw SystemError.last("write to it", path)
        }
    }

    /// Appends the record of a round.
    ///
    /// - Throws: `OutputError` if it cannot be written. The file is then as before.
    package func append(
        _ record: RoundRecord, _ reports: [ClientReport], _ evaluations: [ClientEvaluation]
    ) throws(OutputError) {
        let values = taggedValues(record, reports, evaluations)
        bytes += try write(
            EventRecord.values(values, step: Int64(record.round), wallTime: wallTime()))
    }

    /// Appends the record that says how the run ended. A run that continues removes it, because it
    /// is behind the position of the last round.
    ///
    /// - Throws: `OutputError` if it cannot be written. The file is then as before.
    func end(isSuccess: Bool) throws(OutputError) {
        _ = try write(EventRecord.end(isSuccess: isSuccess, wallTime: wallTime()))
    }

    private func write(_ record: [UInt8]) throws(OutputError) -> UInt64 {
        try OutputError.naming(path, bytes: record.count) {
            try Files.appendRows(record, to: descriptor, path)
        }
        return UInt64(record.count)
    }
}
