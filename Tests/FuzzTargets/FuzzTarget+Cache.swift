import Bytes
import Datasets
import TestSupport

extension FuzzTarget {
    /// Files of decoded data. Most inputs get the checksums that fit, so the checks behind them are
    /// reached.
    static func cachedData() throws -> FuzzTarget {
        let folder = try TemporaryFolder()
        let cache = DataCache(folder: folder.path)
        let key = try cache.open(
            GaussianClusters(
                classes: 2, features: 3, samples: 9, testSamples: 3, separation: 1, noise: 1),
            seed: 1
        ).key
        let file = try folder.bytes("\(key).data")
        let seed = [1] + file
        return FuzzTarget("cached-data", seeds: [seed]) { input in
            guard let choice = input.first else { return }
            var bytes = Array(input.dropFirst())
            if choice != 0, bytes.count >= DatasetHeader.size {
                let header = DatasetHeader.signed(Array(bytes[..<DatasetHeader.size]))
                bytes.replaceSubrange(..<DatasetHeader.size, with: header)
            }
            let dataset = try Dataset(MappedFile(copying: bytes, path: "cache.data"))
            // Numbers of a file of the cache are only used where their hash fits.
            do { try dataset.verify() } catch  where choice == 1 { return }
            _ = dataset.labels(of: .train).count + dataset.numbers(of: .train).count
            _ = dataset.owners(of: .train)
        }
    }

    /// Files of drawn partitions, with the checksum that fits behind them.
    static func cachedPartitions() throws -> FuzzTarget {
        let folder = try TemporaryFolder()
        let cache = DataCache(folder: folder.path) { _ in }
        let document = try PartitionDocument(bytes: Array("[[0,1],[2,3,8]]".utf8), path: "p.json")
        let seeds = try [false, true].map { repeats in
            let key = "fuzz-\(repeats)"
            _ = try cache.partition(key: key) {
                try document.partition(of: 9, dataKey: nil, repeatsSamples: repeats)
            }
            return [1] + Array(try folder.bytes("\(key).partition").dropLast(8))
        }
        return FuzzTarget("cached-partitions", seeds: seeds) { input in
            guard let choice = input.first else { return }
            var bytes = Array(input.dropFirst())
            var hash = ContentHash()
            hash.add(bytes)
            var end = ByteWriter()
            end.write(choice == 0 ? 0 : hash.value)
            bytes += end.bytes
            try folder.write("fuzz.partition", bytes)
            guard let partition = try cache.partition(key: "fuzz") else { throw Refused() }
            var samples: [Int32] = []
            for client in 0..<min(partition.count, 1_000) {
                partition.appendSamples(of: client, to: &samples)
            }
            precondition(
                samples.allSatisfy { $0 >= 0 && Int($0) < partition.sampleCount }, "\(samples)")
        }
    }
}

/// The cache warns of a file that it refuses, and makes it again.
struct Refused: Error {}
