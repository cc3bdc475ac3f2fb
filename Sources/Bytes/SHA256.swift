import CDigest

/// SHA-256 (FIPS 180-4), for browsers: a page names its script by it.
///
/// It is libsodium's. Identities of this project are of `ContentDigest`.
public enum SHA256 {
    /// Returns the digest of a text in UTF-8, 32 bytes.
    public static func digest(of text: String) -> [UInt8] {
        let bytes = Array(text.utf8)
        var digest = [UInt8](repeating: 0, count: 32)
        unsafe hyperfed_sha256(bytes, bytes.count, &digest)
        return digest
    }
}
