extension DataCache {
    /// Makes the key of a partition, from everything that the partition depends on.
    ///
    /// - Parameters:
    ///   - dataKey: the data set's key.
    ///   - seed: that of the data.
    /// - Throws: `DataError` if the skew has a file that cannot be read.
    public static func partitionKey(
        _ skew: any Skew, dataKey: String, clients: Int, seed: UInt64
    ) throws(DataError) -> String {
        try skew.facts(dataKey: dataKey, clients: clients, seed: seed).key("partition")
    }

    /// Opens the partition with this key. Returns nil if the cache has no undamaged copy.
    ///
    /// The file is checked and mapped, so the samples are shared by all processes. For 100
    /// clients and 60,000 samples the check takes 0.2 ms.
    public func partition(key: String) throws(DataError) -> Partition? {
        find(try name(key, "partition")) { file throws(DataError) in
            try PartitionFile.read(file)
        }
    }

    /// Opens the partition with this key. If the cache has no undamaged copy, `build` draws it
    /// and the cache keeps it.
    ///
    /// Throws what `build` throws, and `DataError` if the result cannot be kept.
    public func partition(key: String, build: () throws -> Partition) throws -> Partition {
        if let partition = try partition(key: key) { return partition }
        let partition = try build()
        let bytes = PartitionFile.bytes(partition)
        _ = try write(name(key, "partition")) { file throws(DataError) in
            try bytes.span.withUnsafeBytes { piece throws(DataError) in try file.append(piece) }
        }
        return partition
    }
}
