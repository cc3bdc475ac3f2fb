import Bytes

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
        var writer = ByteWriter(capacity: data.count + extraBytes)
        writer.write(UInt64(data.count))
        writer.write(CRC32C.masked(of: writer.bytes))
        writer.writeRaw(data)
        writer.write(CRC32C.masked(of: data))
        return writer.bytes
    }

    /// Returns the number of bytes of the data behind the first bytes of a record.
    ///
    /// - Parameter head: the first `headBytes` bytes.
    /// - Returns: nil if these bytes are not the head of a record.
    public static func dataBytes(head: [UInt8]) -> UInt64? {
        guard head.count == headBytes else { return nil }
        var reader = ByteReader(head)
        guard let count = try? reader.integer(UInt64.self),
            let sum = try? reader.integer(UInt32.self),
            CRC32C.masked(of: head.prefix(8)) == sum
        else { return nil }
        return count
    }
}
