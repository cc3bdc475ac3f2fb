import Bytes

/// A partition as a document that other programs read and write: `partition.json`.
///
///     {
///       "format": "hyperfed partition 1",
///       "data": "digits-0b6c…", "dataset": "digits", "samples": 1440, "seed": 7,
///       "skew": {"kind": "iid"},
///       "clients": [
///         [3, 9],
///         [4, 0]
///       ]
///     }
///
/// A client is a list of its training samples, counted from 0, in the order in which they were
/// dealt. Documents of other programs have less, see `init(path:)`.
public struct PartitionDocument: Sendable, Equatable {
    /// The facts about the partition of a document that hyperfed wrote.
    public struct Origin: Sendable, Equatable {
        /// The key of the data set.
        public let dataKey: String
        /// The kind of the data set, as in `hyperfed list`.
        public let datasetKind: String
        /// The number of training samples of the data set.
        public let sampleCount: Int
        /// The seed of the partition.
        public let seed: UInt64
        /// The skew with the settings that a partition depends on, as a JSON object.
        public let skew: String

        /// Creates the facts.
        ///
        /// - Parameter skew: a JSON object, such as that of `Skew.json`.
        public init(
            dataKey: String, datasetKind: String, sampleCount: Int, seed: UInt64, skew: String
        ) {
            (self.dataKey, self.datasetKind) = (dataKey, datasetKind)
            (self.sampleCount, self.seed, self.skew) = (sampleCount, seed, skew)
        }
    }

    /// A client of a document.
    public struct Client: Sendable, Equatable {
        /// The name of the client; nil in a list, where the position is the name.
        public let name: String?
        /// Its sample indices as written, which may be any whole numbers.
        public let indices: [Int]
    }

    /// The path of the document, for messages.
    public let path: String
    /// The facts of a document that hyperfed wrote; nil for another program's document.
    public let origin: Origin?
    /// The clients, in the order of their numbers.
    public let clients: [Client]

    init(path: String, origin: Origin?, clients: [Client]) {
        (self.path, self.origin, self.clients) = (path, origin, clients)
    }

    /// The text begins with this value of the key `format`.
    static let format = "hyperfed partition 1"

    /// Writes the document of a partition, as UTF-8.
    ///
    /// `PartitionDocument(bytes:path:)` reads the same facts and clients back.
    ///
    /// - Complexity: about 7 bytes for each index.
    public static func bytes(of population: any Population, _ origin: Origin) -> [UInt8] {
        let head = """
            {
              "format": \(format.jsonQuoted),
              "data": \(origin.dataKey.jsonQuoted), "dataset": \(origin.datasetKind.jsonQuoted), \
            "samples": \(origin.sampleCount), "seed": \(origin.seed),
              "skew": \(origin.skew),
              "clients": [
            """
        var bytes = Array(head.utf8)
        bytes.reserveCapacity(bytes.count + 8 * population.totalSize)
        var samples: [Int32] = []
        for client in 0..<population.count {
            samples.removeAll(keepingCapacity: true)
            population.appendSamples(of: client, to: &samples)
            bytes += Array((client == 0 ? "\n    [" : ",\n    [").utf8)
            for (index, sample) in samples.enumerated() {
                if index > 0 { bytes += [UInt8(ascii: ","), UInt8(ascii: " ")] }
                append(Int(sample), to: &bytes)
            }
            bytes.append(UInt8(ascii: "]"))
        }
        return bytes + Array("\n  ]\n}\n".utf8)
    }

    /// Appends the decimal digits of a number that is not negative.
    private static func append(_ number: Int, to bytes: inout [UInt8]) {
        let first = bytes.count
        var rest = number
        repeat {
            bytes.append(UInt8(0x30 + rest % 10))
            rest /= 10
        } while rest > 0
        bytes[first...].reverse()
    }
}

extension Skew {
    /// The kind and the settings that a partition depends on, as a JSON object in one line. Files
    /// stand there with their paths. A setting that is not written has its default.
    public var json: String {
        var facts = KeyFacts("", Self.algorithm, readsFiles: false)
        // No file is read, so there is no error.
        try? addFacts(to: &facts)
        let pairs = facts.text.split(separator: "\n").dropFirst().compactMap { line -> String? in
            guard let colon = line.firstRange(of: ": ") else { return nil }
            let (name, value) = (String(line[..<colon.lowerBound]), line[colon.upperBound...])
            let text =
                value == "none" ? "null" : value.hasPrefix("at ") ? value.dropFirst(3) : value
            return "\(name.jsonQuoted): \(text)"
        }
        let kind = "\"kind\": \(Self.algorithm.name.jsonQuoted)"
        return "{" + ([kind] + pairs).joined(separator: ", ") + "}"
    }
}
