/// The checksum CRC-32C (Castagnoli), in the masked form that event files store.
///
/// The polynomial is 0x1EDC6F41, here with its bits reversed. The mask is a rotation by 15 bits
/// plus a constant. It keeps the checksum of data that contain checksums from being trivial.
/// Sources: Castagnoli and others 1993, RFC 3720 appendix B.4, and the TFRecord format.
public enum CRC32C {
    /// Returns the checksum of bytes. That of "123456789" is 0xE3069283.
    public static func checksum(of bytes: [UInt8]) -> UInt32 {
        let tables = Self.tables
        var sum = UInt32.max
        var index = 0
        // Four bytes at once: table k has the effect of a byte that k more bytes follow.
        while index + 4 <= bytes.count {
            sum ^= UInt32(bytes[index]) | UInt32(bytes[index + 1]) << 8
            sum ^= UInt32(bytes[index + 2]) << 16 | UInt32(bytes[index + 3]) << 24
            sum =
                tables[768 + Int(sum & 255)] ^ tables[512 + Int(sum >> 8 & 255)]
                ^ tables[256 + Int(sum >> 16 & 255)] ^ tables[Int(sum >> 24)]
            index += 4
        }
        while index < bytes.count {
            sum = tables[Int((sum ^ UInt32(bytes[index])) & 255)] ^ sum >> 8
            index += 1
        }
        return ~sum
    }

    /// Returns the masked checksum of bytes: (c ≫ 15 | c ≪ 17) + 0xA282EAD8, modulo 2³².
    public static func masked(of bytes: [UInt8]) -> UInt32 {
        let sum = checksum(of: bytes)
        return (sum >> 15 | sum << 17) &+ 0xA282_EAD8
    }

    /// Four tables of 256 entries, one behind the other.
    private static let tables: [UInt32] = {
        var tables: [UInt32] = []
        for byte in UInt32(0)..<256 {
            var sum = byte
            for _ in 0..<8 {
                let isOdd = sum & 1 == 1
                sum >>= 1
                if isOdd { sum ^= 0x82F6_3B78 }
            }
            tables.append(sum)
        }
        for index in 0..<768 {
            let sum = tables[index]
            tables.append(tables[Int(sum & 255)] ^ sum >> 8)
        }
        return tables
    }()
}
