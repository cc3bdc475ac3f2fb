import Bytes
import Federation
import Glibc
import Models
import Reporting
import Scenarios

/// The files of one run: scenario.yaml, its tables, run.json, model.safetensors, vocabulary.txt for
/// words, the files of its partition, and the folder `checkpoints`.
struct RunFolder: ~Copyable {
    let path: String
    private let tables: RunTables
    private let lock: FolderLock

    private static let names =
        [RunFile.name, "scenario.yaml", "model.safetensors", VocabularyFile.name]
        + RunTables.names
        + PartitionFiles.names

    /// Checks that a run can be written into this folder, and makes the folder.
    ///
    /// - Throws: `UsageError` if the folder contains a run, contains a file that would be replaced
    ///   or mixed with the run, or cannot be written.
    static func prepare(_ path: String, overwrite: Bool) throws {
        try checkContent(path, overwrite: overwrite)
        try OutputFolder.make(path)
    }

    /// Checks that a single run does not replace a run that a comparison's table counts.
    static func checkIsOfNoComparison(_ path: String) throws {
        guard let folder = FolderContent.comparison(around: path) else { return }
        throw UsageError(
            "\(path): expected a folder outside of comparisons, found one of the comparison in"
                + " \(folder); choose another --output")
    }

    /// Checks that a run would neither be mixed with other files nor replace them.
    ///
    /// - Throws: `UsageError` as `prepare` does. This function makes no folder.
    static func checkContent(_ path: String, overwrite: Bool) throws {
        let found = names.filter { Files.exists("\(path)/\($0)") }
        // Each run writes run.json first. Without run.json the files do not belong to a run, so
        // --overwrite does not replace them.
        if let first = found.first, !found.contains(RunFile.name) {
            throw UsageError(
                "\(path): expected a folder without other files, found \(first) without a run.json;"
                    + " move it away, or choose another --output")
        }
        if !overwrite, !found.isEmpty {
            throw UsageError(
                "\(path): expected a folder without a run, found a run; choose another --output or"
                    + " add --overwrite")
        }
        if let other = FolderContent.comparison(in: path) {
            throw UsageError(
                "\(path): expected a folder for one run, found \(other); choose another --output")
        }
        if let run = FolderContent.runAround(path) {
            throw UsageError(
                "\(path): expected a folder outside of other runs, found that of a run around it,"
                    + " \(run); choose another --output")
        }
    }

    /// Starts the files of a run in a prepared folder.
    ///
    /// - Parameters:
    ///   - file: the content of run.json.
    ///   - lock: the lock of the folder; nil for a new one.
    init(_ path: String, _ prepared: PreparedRun, _ file: RunFile, _ lock: FolderLock? = nil) throws
    {
        let lock = try lock ?? FolderLock(path, holder: "run")
        lock.warn()
        Files.removeTemporaries(of: Self.names, in: path)
        // From here on the folder contains a run, however this process ends.
        try Files.write(Self.bytes(file), to: "\(path)/\(RunFile.name)")
        // Checkpoints need the tables, so they go first.
        CheckpointFolder(ofRun: path).removeAll(but: [])
        for name in Self.names where name != RunFile.name { unlink("\(path)/\(name)") }
        try Files.write(Array(prepared.resolvedWithLayers.utf8), to: "\(path)/scenario.yaml")
        try VocabularyFile.write(of: prepared.dataset, in: path)
        tables = try RunTables(in: path, prepared, at: nil)
        self.lock = lock
        self.path = path
    }

    /// Takes over the files of a run that continues, and removes rows behind the checkpoint.
    init(continuing path: String, _ tables: RunTables, _ lock: FolderLock) throws {
        lock.warn()
        Files.removeTemporaries(of: Self.names, in: path)
        CheckpointFolder(ofRun: path).removeTemporaries()
        try tables.cut()
        (self.path, self.tables, self.lock) = (path, tables, lock)
    }

    /// The lengths of the tables after the last round.
    var positions: [OutputPosition] { tables.positions }

    /// Appends the rows of a round. If a table cannot be written, no table gets rows.
    func write(
        _ record: RoundRecord, _ reports: [ClientReport], _ evaluated: [ClientEvaluation]
    ) throws { try tables.write(record, reports, evaluated) }

    /// Writes to the event file how the run ended. A run that can continue has not ended.
    func end(isSuccess: Bool) throws { try tables.end(isSuccess: isSuccess) }

    /// Writes scenario.yaml for a run that gets more rounds.
    func write(extended prepared: PreparedRun) throws {
        let file = "\(path)/scenario.yaml"
        let text = ScenarioText.settings(try Files.read(file), ofLonger: prepared)
        try OutputError.naming(file, bytes: text.utf8.count) {
            try Files.write(Array(text.utf8), to: file)
        }
    }

    /// Writes the final global model.
    ///
    /// - Parameter classes: the names of the model's outputs. They are written as a JSON list into
    ///   the metadata.
    func write(
        model: [Float], layout: ParameterLayout, rounds: Int, classes: [String]?
    ) throws {
        let count = String(rounds)
        let metadata: KeyValuePairs =
            classes.map { ["format": "pt", "rounds": count, "classes": $0.jsonList] }
            ?? ["format": "pt", "rounds": count]
        let bytes = SafeTensors.encode(model, layout: layout, metadata: metadata)
        let file = "\(path)/model.safetensors"
        try OutputError.naming(file, bytes: bytes.count) { try Files.write(bytes, to: file) }
    }

    /// Writes run.json and replaces the file that exists.
    ///
    /// - Parameter asLastWords: writes over the first file if there is no room for a second one.
    ///   The old text says "running", which is false after the end of the run.
    func write(_ file: RunFile, asLastWords: Bool = false) throws {
        let bytes = Self.bytes(file)
        let name = "\(path)/\(RunFile.name)"
        try OutputError.naming(name, bytes: bytes.count) {
            do {
                try Files.write(bytes, to: name)
            } catch {
                guard asLastWords else { throw error }
                try Files.overwrite(name, with: bytes)
            }
        }
    }

    private static func bytes(_ file: RunFile) -> [UInt8] {
        Array((file.json.encoded() + "\n").utf8)
    }
}
