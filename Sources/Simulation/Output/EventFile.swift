package import EventFiles
package import Federation

/// The event file of a run, which TensorBoard reads. It is written if `output.tensorboard` is true.
///
/// The file has the hyperparameters of the run, then one record for each round. A record is written
/// in one call, so a reader of a growing file finds whole rounds. The records are the same for
/// equal runs but for their wall times.
package final class EventFile: CuttableTable {
    /// The name of the file. TensorBoard reads each file whose name contains "tfevents".
    package static let name = "events.out.tfevents.hyperfed"

    /// The length of the file after the last round.
    package var position: OutputPosition { OutputPosition(file: Self.name, bytes: file.bytes) }

    private let file: GrowingFile

    /// Starts a file with its version and the hyperparameters. An existing file is replaced.
    ///
    /// - Throws: `SystemError` if the file cannot be written.
    package init(in folder: String, _ parameters: [Hyperparameter]) throws {
        let time = wallTime()
        file = try GrowingFile(
            "\(folder)/\(Self.name)",
            start: EventRecord.version(wallTime: time)
                + EventRecord.start(parameters, wallTime: time))
    }

    /// Opens an existing file, in which a record ends at a position. The file does not change
    /// before `cut(to:)`, which must come before further rounds.
    ///
    /// - Throws: `TableProblem` if no record ends there.
    package init(continuing folder: String, at position: UInt64) throws(TableProblem) {
        file = try GrowingFile(continuing: "\(folder)/\(Self.name)", at: position)
        let (path, bytes) = (file.path, file.bytes)
        var end: UInt64 = 0
        while end < bytes {
            guard let head = file.read(RecordFrame.headBytes, at: end),
                let length = RecordFrame.dataBytes(head: head), length <= bytes - end
            else { throw TableProblem("\(path): expected a record at byte \(end), found none") }
            end += length + UInt64(RecordFrame.extraBytes)
        }
        guard end == bytes else {
            throw TableProblem("\(path): expected the end of a record at byte \(bytes), found none")
        }
    }

    /// Removes the records behind a position.
    ///
    /// - Throws: `SystemError` if the file cannot be written.
    package func cut(to position: UInt64) throws { try file.cut(to: position) }

    /// Appends the record of a round.
    ///
    /// - Parameter predictsSymbols: whether the model predicts symbols, and so has a perplexity.
    /// - Throws: `OutputError` if it cannot be written. The file is then as before.
    package func append(
        _ record: RoundRecord, _ reports: [ClientReport], _ evaluations: [ClientEvaluation],
        predictsSymbols: Bool = false
    ) throws(OutputError) {
        let values = taggedValues(
            record, reports, evaluations, predictsSymbols: predictsSymbols)
        try file.append(
            EventRecord.values(values, step: Int64(record.round), wallTime: wallTime()))
    }

    /// Appends the record that says how the run ended. A run that continues removes it, because it
    /// is behind the position of the last round.
    ///
    /// - Throws: `OutputError` if it cannot be written. The file is then as before.
    func end(isSuccess: Bool) throws(OutputError) {
        try file.append(
            EventRecord.end(isSuccess: isSuccess, wallTime: wallTime()), countsAsRows: false)
    }
}
