import Datasets
public import Reporting

/// The measures of a partition for scripts.
extension PartitionView {
    /// Returns the facts and measures of the partition, those of an IID partition, and the sizes of
    /// the measured clients. If clients draw with replacement, at most 10,000 are measured.
    ///
    /// - Parameters:
    ///   - names: the variants and cells that use the partition.
    ///   - files: the files that describe it.
    public func json(names: [String], files: [String]) -> JSONText {
        .object([
            "event": .text("partition"), "variants": .list(names.map { .text($0) }),
            "dataset": .text(datasetKind), "skew": .text(skewText),
            "data_key": .text(dataKey), "partition_key": .text(partitionKey),
            "seed": .text(String(seed)), "samples": .integer(sampleCount),
            "unused_samples": .integer(unusedCount), "clients": .integer(clientCount),
            "measured_clients": .integer(partition.count),
            "size_min": .integer(measures.smallest), "size_median": .number(measures.median),
            "size_max": .integer(measures.largest),
            "size_variation": .number(measures.sizeVariation),
            "size_gini": .number(measures.sizeGini), "measured_by": .text(groupKind),
            "measures": measures.labels.map(\.json) ?? .null, "iid_measures": iid.json,
            "sizes": .list((0..<partition.count).map { .integer(partition.size(of: $0)) }),
            "files": .list(files.map { .text($0) }),
        ])
    }
}

extension LabelMeasures {
    fileprivate var json: JSONText {
        .object([
            "classes_min": .integer(fewestClasses), "classes_mean": .number(meanClasses),
            "classes_max": .integer(mostClasses), "total_variation": .number(totalVariation),
            "weighted_total_variation": .number(weightedTotalVariation),
            "jensen_shannon": .number(jensenShannon), "hellinger": .number(hellinger),
        ])
    }
}
