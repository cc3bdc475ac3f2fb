extension DataCache {
    /// Opens the shifted samples of the clients, with their partition. If the cache has no
    /// undamaged copy, both are made and the cache keeps them.
    ///
    /// Shifts of quantity alone change only the partition, so the data set stays the same.
    ///
    /// - Parameter isVerified: whether all numbers of a data set in the cache are compared with
    ///   their hash. A client process leaves it to the coordinator.
    /// - Throws: `ShiftedSource.Failure` if a shift does not fit; `DataError` if the result cannot
    ///   be kept.
    public func shifted(
        _ source: ShiftedSource, of dataset: Dataset, isVerified: Bool
    ) throws -> (dataset: Dataset, partition: Partition) {
        try source.check()
        let key = source.key
        guard source.changesSamples else {
            return (dataset, try partition(key: key) { source.keptPartition() })
        }
        if let known = try self.dataset(key, isVerified: isVerified),
            let partition = try partition(key: key),
            known.count(of: .train) == partition.sampleCount
        {
            return (known, partition)
        }
        let (samples, rows) = try source.made()
        let path = try write(name(key, "data")) { file throws(DataError) in
            try samples.forEachPiece(key: key) { piece throws(DataError) in
                try file.append(piece)
            }
        }
        return (try Dataset(path: path), try partition(key: key) { rows })
    }
}
