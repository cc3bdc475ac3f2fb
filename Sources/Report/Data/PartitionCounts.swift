import Reporting
import Simulation

/// How many samples each client has, and how they divide among the classes.
public struct PartitionCounts: Sendable {
    /// The seed whose partition it is.
    public let seed: UInt64
    /// The names of the classes, or of the ranges of a target.
    public let classes: [String]
    /// Samples of each client, shape (clients).
    public let sizes: [Int]
    /// Labels of each client and class, shape (clients, classes).
    public let counts: [[Int]]

    /// Reads the table of a run's partition, from the run's folder or from that of all partitions
    /// of its comparison. Nil if there is none.
    ///
    /// - Parameter top: the folder of the comparison.
    init?(of run: RunData, top: String) {
        guard let file = run.file, let path = Self.path(of: file, in: run.folder, top: top),
            let bytes = try? Files.readBytes(path, atMost: 1 << 30),
            let header = NumberTable.header(bytes)?.names, header.count > 5,
            header.first == "client", header[1] == "size"
        else { return nil }
        // Two classes can have one name; the columns are read by their places.
        let places = header.indices.map { "\($0)" }
        let renamed = Array((places.joined(separator: ",") + "\n").utf8)
        let start = NumberTable.header(bytes)?.end ?? 0
        guard let table = try? NumberTable(renamed + bytes[start...], places), table.rowCount > 0
        else { return nil }
        seed = run.seed
        classes = Array(header.dropFirst(5))
        sizes = table.columns[1].map { Int($0.isFinite ? min(max($0, 0), 1e15) : 0) }
        let columns = table.columns.dropFirst(5)
        counts = (0..<table.rowCount).map { client in
            columns.map { Int($0[client].isFinite ? min(max($0[client], 0), 1e15) : 0) }
        }
    }

    private static func path(of file: RunFile, in folder: String, top: String) -> String? {
        let own = "\(folder)/partition.csv"
        if Files.exists(own) { return own }
        // The name has the first digits of the key of each phase.
        let digits = file.partitionKey.split(separator: " ").first?.split(separator: "-").last
        guard let digits = digits?.prefix(8), digits.count == 8 else { return nil }
        let partitions = "\(top)/partitions"
        return Files.names(in: partitions).first {
            $0.hasSuffix(".csv") && $0.contains(digits)
        }.map { "\(partitions)/\($0)" }
    }
}
