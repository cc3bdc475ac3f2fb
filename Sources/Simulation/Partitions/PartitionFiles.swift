import Datasets
import Glibc
import Reporting
import Scenarios

/// The files that describe a partition. NAME.svg is a picture, and NAME.csv has a row for each
/// client. NAME.json has the samples of each client; the skew `explicit` reads it.
///
/// They can be made again from the scenario, so writing them does not wait for the disk.
public enum PartitionFiles {
    /// The name of the files of a single partition.
    public static let singleName = "partition"
    /// The names of the files of a single partition.
    static let names = endings.map { singleName + $0 }
    private static let endings = [".svg", ".csv", ".json"]

    /// The files that a run writes, as paths; nil for a file that is not written.
    struct Plan: Equatable, Sendable {
        var picture: String?
        var table: String?
        var document: String?
    }

    /// The limits of files that were not asked for.
    struct Limits {
        /// The most labels that are counted. With more labels, no file is written.
        var labels = 50_000_000
        /// The most cells of all tables and indices of all documents together.
        var numbers = 5_000_000

        /// Returns whether `count` more numbers may be written, and counts them.
        mutating func allows(_ count: Int) -> Bool {
            guard count <= numbers else { return false }
            numbers -= count
            return true
        }
    }

    /// Writes the files of a partition that a person asks for.
    ///
    /// - Returns: the paths of the files.
    /// - Throws: `UsageError` if the folder or a file cannot be written.
    public static func write(
        _ view: PartitionView, to folder: String, name: String = singleName
    ) throws(UsageError) -> [String] {
        do {
            try OutputFolder.make(folder)
            let path = "\(folder)/\(name)"
            try writePicture(view, to: path + endings[0])
            try writeTable(view, to: path + endings[1])
            try writeDocument(view, to: path + endings[2])
        } catch let error as UsageError {
            throw error
        } catch {
            throw OutputFolder.unwritable(folder, error)
        }
        return endings.map { "\(folder)/\(name)\($0)" }
    }

    /// Returns the files of the partition of a single run.
    static func plan(_ run: PreparedRun, in folder: String) -> Plan {
        var limits = Limits()
        guard isDrawn(run, limits) else { return Plan() }
        let paths = names.map { "\(folder)/\($0)" }
        return Plan(
            picture: paths[0], table: limits.allows(cells(of: run)) ? paths[1] : nil,
            document: limits.allows(run.partition.totalSize) ? paths[2] : nil)
    }

    /// Writes the files of a plan that are not there yet.
    ///
    /// - Parameter overwrite: whether files that are there are replaced.
    static func write(_ plan: Plan, of run: PreparedRun, overwrite: Bool) throws {
        func missing(_ path: String?) -> String? {
            path.flatMap { overwrite || !Files.exists($0) ? $0 : nil }
        }
        let plan = Plan(
            picture: missing(plan.picture), table: missing(plan.table),
            document: missing(plan.document))
        guard let first = [plan.picture, plan.table, plan.document].compactMap(\.self).first else {
            return
        }
        if let slash = first.lastIndex(of: "/") { try Files.makeFolder(String(first[..<slash])) }
        let view = PartitionView(run)
        if let path = plan.picture { try writePicture(view, to: path) }
        if let path = plan.table { try writeTable(view, to: path) }
        if let path = plan.document { try writeDocument(view, to: path) }
    }

    /// Returns whether a run has few enough clients and labels to draw its partition without being
    /// asked.
    static func isDrawn(_ run: PreparedRun, _ limits: Limits) -> Bool {
        guard run.partition.isSurveyed else { return false }
        let labels = run.dataset.classes > 0 ? run.dataset.targetWidth : 1
        return run.partition.totalSize <= limits.labels / max(labels, 1)
    }

    /// Returns the approximate number of cells of the table of a run.
    static func cells(of run: PreparedRun) -> Int {
        run.partition.count * (5 + max(run.dataset.classes, 10))
    }

    private static func writePicture(_ view: PartitionView, to path: String) throws {
        let picture = view.picture(
            clients: PartitionPicture.mostInSVG, rows: PartitionPicture.mostRowsInSVG)
        try Files.writePieces(to: path) { try $0(Array(picture.svg().utf8)) }
    }

    private static func writeTable(_ view: PartitionView, to path: String) throws {
        try Files.writePieces(to: path) { try PartitionTable(view).forEachPiece($0) }
    }

    private static func writeDocument(_ view: PartitionView, to path: String) throws {
        let bytes = PartitionDocument.bytes(of: view.sourcePartition, view.origin)
        try Files.writePieces(to: path) { try $0(bytes) }
    }
}

extension PartitionFiles {
    /// Returns a short name for the partition of a run: the kind of the skew, and digits that begin
    /// the digests in its key. The key has one digest for each phase of the data.
    public static func name(of run: PreparedRun) -> String {
        let digests = run.partitionKey.split(separator: " ").map { key in
            key.split(separator: "-").last?.prefix(8) ?? ""
        }
        return ([FolderName.of(run.scenario.data.skewKind)] + digests.prefix(4).map(String.init))
            .joined(separator: "-")
    }

    /// Returns the ending of the name of a table whose sizes depend on held-out samples; empty if
    /// there are none.
    public static func holdoutEnding(of run: PreparedRun) -> String {
        let (validation, test) = (
            run.scenario.validationFraction, run.scenario.data.clientTestFraction
        )
        return (validation > 0 ? "-validation-\(validation)" : "")
            + (test > 0 ? "-test-\(test)" : "")
    }

    /// Checks that files in a folder may be replaced: those of a run and those that another program
    /// wrote may not.
    ///
    /// - Throws: `UsageError` if the folder is that of a run, or with the first file that is not of
    ///   a partition.
    public static func check(_ folder: String, names: [String]) throws(UsageError) {
        guard !Files.exists("\(folder)/\(RunFile.name)") else {
            throw UsageError(
                "\(folder): expected a folder without a run, found a run with its own partition;"
                    + " choose another --output")
        }
        for path in names.flatMap({ name in endings.map { "\(folder)/\(name)\($0)" } }) {
            guard Files.exists(path), !isOwn(path) else { continue }
            throw UsageError(
                "\(path): expected a file of 'hyperfed partition' to replace, found another one;"
                    + " choose another --output")
        }
    }

    private static func isOwn(_ path: String) -> Bool {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = max(0, read(descriptor, &buffer, buffer.count))
        let start = String(decoding: buffer[..<count], as: UTF8.self)
        return start.contains("hyperfed partition") || start.hasPrefix("client,size,train,")
    }
}
