import Bytes

/// Messages as bytes, and bytes as messages. Little-endian throughout.
///
/// Every header starts with the same eight bytes, then come the fields of the message:
///
///     offset  size  field
///     0       4     "HYPF"
///     4       2     protocol version
///     6       1     message kind
///     7       1     flags, 0
///
/// These eight bytes, hello and refuse never change, so any version can refuse any other in words.
public enum MessageCodec {
    /// The version of the protocol that this program speaks.
    public static let protocolVersion: UInt16 = 6
    /// The first bytes of every header: "HYPF".
    public static let magic: [UInt8] = [0x48, 0x59, 0x50, 0x46]
    /// How many bytes all headers have in common.
    public static let prefixBytes = 8

    /// Returns the header of a message.
    public static func encode(_ message: Message) -> [UInt8] {
        var writer = ByteWriter(capacity: 256)
        writer.writeRaw(magic)
        writer.write(protocolVersion)
        writer.write(message.kind.rawValue)
        writer.write(UInt8(0))
        message.write(to: &writer)
        return writer.bytes
    }

    /// Returns the message with this header.
    ///
    /// Checked in this order: magic, version, kind, flags, fields, end, number and size of the
    /// bodies. A refusal is read from any version. The floats themselves are checked by
    /// `Message.checkFloats` and `checkCarried`.
    ///
    /// - Parameter bodies: how many bytes each body has that came with it.
    public static func decode(_ header: [UInt8], bodies: [Int] = []) throws(MessageError) -> Message
    {
        guard header.count >= prefixBytes else { throw .tooShort(bytes: header.count) }
        guard header.starts(with: magic) else { throw .foreignProtocol(Array(header.prefix(4))) }
        let version = UInt16(header[4]) | UInt16(header[5]) << 8
        let kind = MessageKind(rawValue: header[6])
        guard version == protocolVersion || kind == .refuse else {
            throw .foreignVersion(theirs: version)
        }
        guard let kind else { throw .unknownKind(header[6]) }
        guard header[7] == 0 else { throw .unknownFlags(header[7]) }
        let message = try payload(of: kind, in: header)
        let declared = try message.declaredBodies()
        for (declared, found) in zip(declared, bodies)
        where declared != UInt64(clamping: found) {
            throw .bodySize(kind, declared: declared, found: UInt64(clamping: found))
        }
        guard declared.count == bodies.count else {
            throw .bodyCount(kind, declared: declared.count, found: bodies.count)
        }
        return message
    }

    private static func payload(of kind: MessageKind, in header: [UInt8]) throws(MessageError)
        -> Message
    {
        do throws(BytesError) {
            var reader = ByteReader(header)
            _ = try reader.integer(UInt64.self)  // The eight bytes that are checked already.
            let message: Message =
                switch kind {
                case .hello: .hello(try Message.Hello(from: &reader))
                case .welcome: .welcome(try Message.Welcome(from: &reader))
                case .refuse: .refuse(try Message.Refuse(from: &reader))
                case .model: .model(try Message.Model(from: &reader))
                case .task: .task(try Message.Task(from: &reader))
                case .update: .update(try Message.Update(from: &reader))
                case .failed: .failed(try Message.Failed(from: &reader))
                case .ping: .ping(number: try reader.integer())
                case .pong: .pong(try Message.Pong(from: &reader))
                case .stop: .stop(reason: try reader.text())
                case .leave: .leave(reason: try reader.text())
                case .evaluate: .evaluate(try Message.Evaluate(from: &reader))
                case .evaluated: .evaluated(try Message.Evaluated(from: &reader))
                case .ready: .ready(run: try reader.integer())
                case .collect: .collect(try Message.Collect(from: &reader))
                case .sum: .sum(try Message.Sum(from: &reader))
                }
            try reader.end()
            return message
        } catch {
            throw .malformed(kind, error)
        }
    }
}
