extension DataCache {
    /// A key for a partition, from everything that it depends on.
    ///
    /// - Parameters:
    ///   - dataKey: the data set's key.
    ///   - seed: that of the data.
    public static func partitionKey(
        _ skew: any Skew, dataKey: String, clients: Int, seed: UInt64
    ) -> String {
        skew.facts(dataKey: dataKey, clients: clients, seed: seed).key("partition")
    }

    /// The partition with this key, or nil if there is no sound copy of it.
    ///
    /// For 100 clients and 60,000 samples it reads 240 kB in 0.2 ms, so each client process can
    /// afford it.
    public func partition(key: String) throws(DataError) -> Partition? {
        find(try name(key, "partition")) { file throws(DataError) in
            try PartitionFile.read(file)
        }
    }

    /// The partition with this key, drawn by `build` and kept if the cache has no sound one.
    ///
    /// Throws what `build` throws, and `DataError` when the result can't be kept.
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
