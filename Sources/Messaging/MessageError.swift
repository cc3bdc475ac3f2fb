public import Bytes

/// What is wrong with a message that came in. Nothing of it has been used.
public enum MessageError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The header has fewer bytes than any message.
    case tooShort(bytes: Int)
    /// The first four bytes are not those of this protocol.
    case foreignProtocol([UInt8])
    /// The sender speaks another version of this protocol: it should be refused in words.
    case foreignVersion(theirs: UInt16)
    /// No message has this kind.
    case unknownKind(UInt8)
    /// No flag has a meaning yet.
    case unknownFlags(UInt8)
    /// A field is too short or has a value that is not allowed.
    case malformed(MessageKind, BytesError)
    /// The declared counts are more than memory can hold.
    case oversized(MessageKind, parameterCount: UInt64)
    /// The body is not as long as the header says.
    case bodySize(MessageKind, declared: UInt64, found: UInt64)
    /// There are more or fewer bodies than the header says.
    case bodyCount(MessageKind, declared: Int, found: Int)
    /// The floats are not those that were sent.
    case checksum(MessageKind, declared: UInt64, found: UInt64)

    /// The error as a sentence.
    public var description: String {
        switch self {
        case .tooShort(let bytes):
            "expected a message of at least \(MessageCodec.prefixBytes) bytes, found \(bytes)"
        case .foreignProtocol(let first):
            "expected a message of hyperfed, found one that begins with the bytes \(first)"
        case .foreignVersion(let theirs):
            "expected protocol version \(MessageCodec.protocolVersion), found \(theirs)"
        case .unknownKind(let kind): "expected a known kind of message, found \(kind)"
        case .unknownFlags(let flags): "expected message flags 0, found \(flags)"
        case .malformed(let kind, let error): "\(kind) message: \(error)"
        case .oversized(let kind, let count):
            "\(kind) message: expected parameters that fit in memory, found \(count)"
        case .bodySize(let kind, let declared, let found):
            "\(kind) message: expected a body of \(declared) bytes, found \(found)"
        case .bodyCount(let kind, let declared, let found):
            "\(kind) message: expected \(declared) bodies, found \(found)"
        case .checksum(let kind, let declared, let found):
            "\(kind) message: expected floats with the checksum \(declared), found \(found)"
        }
    }
}
