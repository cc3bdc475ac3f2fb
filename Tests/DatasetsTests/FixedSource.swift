import Datasets
import Synchronization

/// A source that counts how often it is asked to decode.
final class FixedSource: DataSource {
    static let algorithm = Algorithm("fixed", revision: 1)
    let data: DecodedDataset
    private let decodings = Mutex(0)

    init(data: DecodedDataset) { self.data = data }

    var decodingCount: Int { decodings.withLock { $0 } }
    var usesSeed: Bool { true }

    func addFacts(to facts: inout KeyFacts) throws(DataError) {}

    func decode(seed: UInt64) throws(DataError) -> DecodedDataset {
        decodings.withLock { $0 += 1 }
        return data
    }
}

/// A source whose files change whenever they are looked at.
final class ChangingSource: DataSource {
    static let algorithm = Algorithm("changing", revision: 1)
    private let data: DecodedDataset
    private let looks = Mutex(0)

    init(data: DecodedDataset) { self.data = data }

    var usesSeed: Bool { false }

    func addFacts(to facts: inout KeyFacts) throws(DataError) {
        facts.add(
            "content",
            looks.withLock { count -> Int in
                count += 1
                return count
            })
    }

    func decode(seed: UInt64) throws(DataError) -> DecodedDataset { data }
}

/// A data set header with the hash made to fit its fields: 256 bytes.
func signedHeader(_ header: [UInt8]) -> [UInt8] { DatasetHeader.signed(header) }
