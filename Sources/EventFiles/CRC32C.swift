/// The checksum CRC-32C (Castagnoli), in the masked form that event files store.
///
/// The polynomial is 0x1EDC6F41, here with its bits reversed. The mask is a rotation by 15 bits
/// plus a constant. It keeps the checksum of data that contain checksums from being trivial.
/// Sources: Castagnoli and others 1993, RFC 3720 appendix B.4, and the TFRecord format.
public enum CRC32C {
    /// Returns the checksum of bytes. That of "123456789" is 0xE3069283.
    public static func checksum(of bytes: some Sequence<UInt8>) -> UInt32 {
        var sum = UInt32.max
        for byte in bytes { sum = table[Int((sum ^ UInt32(byte)) & 255)] ^ sum >> 8 }
        return ~sum
    }

    /// Returns the masked checksum of bytes: (c ≫ 15 | c ≪ 17) + 0xA282EAD8, modulo 2³².
    public static func masked(of bytes: some Sequence<UInt8>) -> UInt32 {
        let sum = checksum(of: bytes)
        return (sum >> 15 | sum << 17) &+ 0xA282_EAD8
    }

    private static let table: [UInt32] = (0..<256).map { byte in
        (0..<8).reduce(UInt32(byte)) { sum, _ in sum & 1 == 1 ? sum >> 1 ^ 0x82F6_3B78 : sum >> 1 }
    }
}
