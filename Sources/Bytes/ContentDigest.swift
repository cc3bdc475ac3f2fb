import CDigest

/// BLAKE2b with 256 bits (RFC 7693): names content; no two contents with one name are known.
///
/// It is for keys and identities. For checksums that find accidents `ContentHash` is five times as
/// fast. `b2sum -l 256` prints the same digest of a file.
///
/// It is libsodium's, because libzmq loads that library anyway. SHA-256 of swift-crypto would build
/// a copy of BoringSSL, which takes longer than all rooms of this project together.
///
/// Only the bytes count, not where one call ends and the next begins.
public struct ContentDigest: Sendable {
    /// Bytes of the digest.
    public static let byteCount = 32
    private var state = hyperfed_digest()

    /// Makes the digest of an empty content.
    public init() { unsafe hyperfed_digest_start(&state) }

    /// Adds all bytes to the content.
    public mutating func add(_ bytes: [UInt8]) { add(bytes, first: bytes.count) }

    /// Adds the first bytes of a buffer.
    public mutating func add(_ bytes: [UInt8], first count: Int) {
        unsafe hyperfed_digest_add(&state, bytes, min(max(count, 0), bytes.count))
    }

    /// Adds text as UTF-8.
    public mutating func add(_ text: String) { add(Array(text.utf8)) }

    /// The digest of everything added so far, as 64 hexadecimal digits.
    public var text: String {
        var digest = state
        var bytes = [UInt8](repeating: 0, count: Self.byteCount)
        unsafe hyperfed_digest_read(&digest, &bytes)
        let digits = Array("0123456789abcdef".utf8)
        return String(
            decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] },
            as: UTF8.self)
    }
}
