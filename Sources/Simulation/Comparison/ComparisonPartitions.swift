import Datasets
import Scenarios

/// The folder `partitions` of a comparison: the files of each different partition, once.
///
/// A file has the name of the partition's skew and the first digits of its key. The column
/// `partition_key` of comparison.csv, and run.json, have the whole key. The first run of each
/// partition writes its files when it starts.
struct ComparisonPartitions {
    /// The name of the folder inside that of the comparison.
    static let folder = "partitions"

    private let path: String
    private var limits = PartitionFiles.Limits()
    private var planned: Set<String> = []

    /// - Parameter top: the folder of the comparison.
    init(in top: String) { path = "\(top)/\(Self.folder)" }

    /// Returns the files that a run writes: those that no run before it writes. The tables and
    /// documents of all partitions together are bounded, so that many seeds do not fill a disk.
    mutating func plan(_ run: PreparedRun) -> PartitionFiles.Plan {
        guard PartitionFiles.isDrawn(run, limits) else { return PartitionFiles.Plan() }
        let name = "\(path)/\(PartitionFiles.name(of: run))"
        let table = name + PartitionFiles.holdoutEnding(of: run) + ".csv"
        var plan = PartitionFiles.Plan()
        if planned.insert(table).inserted, limits.allows(PartitionFiles.cells(of: run)) {
            plan.table = table
        }
        guard planned.insert(name).inserted else { return plan }
        plan.picture = name + ".svg"
        if limits.allows(run.partition.totalSize) { plan.document = name + ".json" }
        return plan
    }
}
