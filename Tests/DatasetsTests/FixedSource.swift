import Datasets
import Synchronization

/// A source that counts how often it is asked to decode.
final class FixedSource: DataSource {
    let data: DecodedDataset
    private let decodings = Mutex(0)

    init(data: DecodedDataset) { self.data = data }

    var decodingCount: Int { decodings.withLock { $0 } }
    var usesSeed: Bool { true }

    func contentKey(seed: UInt64) throws(DataError) -> String { "fixed-\(seed)" }

    func decode(seed: UInt64) throws(DataError) -> DecodedDataset {
        decodings.withLock { $0 += 1 }
        return data
    }
}

/// A data set header with the hash made to fit its fields: 256 bytes.
func signedHeader(_ header: [UInt8]) -> [UInt8] { DatasetHeader.signed(header) }
