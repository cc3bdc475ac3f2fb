import CZeroMQ

/// The public key of a coordinator or of a client: 32 bytes, written as 40 characters of Z85.
///
/// A public key may be shown to everybody. CURVE is the key exchange of ZeroMQ (RFC 26); Z85 is the
/// text form of its keys (RFC 32).
public struct PublicKey: Hashable, Sendable, CustomStringConvertible {
    /// The 40 characters of the key.
    public let text: String

    /// Reads a key from its text.
    ///
    /// - Returns: nil unless the text is 40 characters of Z85 that stand for 32 bytes.
    public init?(_ text: String) {
        guard Z85.isKey(text) else { return nil }
        self.text = text
    }

    /// Writes a key of 32 bytes as text; nil for another number of bytes.
    init?(bytes: [UInt8]) {
        guard bytes.count == 32 else { return nil }
        var text = [CChar](repeating: 0, count: 41)
        guard zmq_z85_encode(&text, bytes, bytes.count) != nil else { return nil }
        self.init(Z85.text(of: text))
    }

    public var description: String { text }
}

/// A public key with its secret key. Only its owner may read the secret key.
public struct KeyPair: Equatable, Sendable {
    /// The key that others get.
    public let publicKey: PublicKey
    /// The 40 characters that no other user may read. They are only for a key file.
    public let secretText: String

    /// Makes a new pair from the system's random numbers.
    ///
    /// - Throws: `SocketError` if ZeroMQ was built without CURVE.
    public static func make() throws(SocketError) -> KeyPair {
        var publicText = [CChar](repeating: 0, count: 41)
        var secretText = [CChar](repeating: 0, count: 41)
        guard zmq_curve_keypair(&publicText, &secretText) == 0,
            let pair = KeyPair(secretText: Z85.text(of: secretText))
        else { throw .last("make a key") }
        return pair
    }

    /// Computes the pair of a secret key; nil if the text is not a key.
    public init?(secretText: String) {
        var publicText = [CChar](repeating: 0, count: 41)
        guard Z85.isKey(secretText), zmq_curve_public(&publicText, secretText) == 0,
            let key = PublicKey(Z85.text(of: publicText))
        else { return nil }
        (publicKey, self.secretText) = (key, secretText)
    }
}

/// The text form of keys: five characters for four bytes.
enum Z85 {
    private static let alphabet = Array(
        "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#"
            .utf8)

    /// Returns whether a text stands for 32 bytes. ZeroMQ also reads groups of five characters
    /// whose number is larger than four bytes can have, so they are excluded here.
    static func isKey(_ text: String) -> Bool {
        let digits = text.utf8.map { alphabet.firstIndex(of: $0) ?? -1 }
        guard digits.count == 40, !digits.contains(-1) else { return false }
        return stride(from: 0, to: 40, by: 5).allSatisfy { first in
            digits[first..<first + 5].reduce(0) { $0 * 85 + $1 } <= UInt32.max
        }
    }

    /// Returns the text of a buffer that ends with a zero.
    static func text(of buffer: [CChar]) -> String {
        String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
