import Bytes

extension DataCache {
    /// A key for a partition, from everything that it depends on: the data set's key, the skew with
    /// its settings, the number of clients, the seed.
    public static func partitionKey(_ facts: [String]) -> String {
        var hash = ContentHash()
        for fact in facts { hash.add(fact) }
        return CacheKey.make("partition", hash)
    }

    /// The partition with this key, or nil if the cache doesn't have it. Throws
    /// `DataError.damaged` for a file that is no sound partition.
    ///
    /// For 100 clients and 60,000 samples it reads 240 kB in 0.2 ms, so each client process can
    /// afford it.
    public func partition(key: String) throws(DataError) -> Partition? {
        guard let file = try map(path(key, "partition")) else { return nil }
        return try PartitionFile.read(file)
    }

    /// The partition with this key, drawn by `build` and kept if the cache has no sound one.
    ///
    /// Throws what `build` throws, and `DataError` when the result can't be kept.
    public func partition(key: String, build: () throws -> Partition) throws -> Partition {
        do throws(DataError) {
            if let partition = try partition(key: key) { return partition }
        } catch {
            guard case .damaged = error else { throw error }
        }
        let partition = try build()
        let bytes = PartitionFile.bytes(partition)
        try write(path(key, "partition")) { file throws(DataError) in
            try bytes.span.withUnsafeBytes { piece throws(DataError) in try file.append(piece) }
        }
        return partition
    }
}
