/// The frame around a record of an event file (TFRecord).
///
///     length (UInt64) | masked CRC-32C of the length | data | masked CRC-32C of the data
///
/// All numbers are little-endian. Source: TensorFlow's `lib/io/record_writer.h`.
public enum RecordFrame {
    /// The number of bytes before the data of a record.
    public static let headBytes = 12
    /// The number of bytes that a frame adds to its data.
    public static let extraBytes = headBytes + 4

    /// Returns the record of data: the data in their frame.
    public static func record(of data: [UInt8]) -> [UInt8] {
        var record: [UInt8] = []
        record.reserveCapacity(data.count + extraBytes)
        record.append(littleEndian: UInt64(data.count))
        record.append(littleEndian: CRC32C.masked(of: record))
        record += data
        record.append(littleEndian: CRC32C.masked(of: data))
        return record
    }

    /// Returns the number of bytes of the data behind the first bytes of a record.
    ///
    /// - Parameter head: the first `headBytes` bytes.
    /// - Returns: nil if these bytes are not the head of a record.
    public static func dataBytes(head: [UInt8]) -> UInt64? {
        guard head.count == headBytes else { return nil }
        let length = head[..<8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        let sum = head[8...].reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        return CRC32C.masked(of: Array(head[..<8])) == sum ? length : nil
    }
}
