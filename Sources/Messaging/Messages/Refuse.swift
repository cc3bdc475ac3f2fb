import Bytes

extension Message {
    /// The coordinator does not accept a client process, and says why. Its bytes are the same in
    /// every protocol version, so it is read whatever version its header names.
    ///
    ///     offset  size  field
    ///     8       4+n   reason, UTF-8 with its length in bytes in front
    ///     …       2     the protocol version that the coordinator speaks
    public struct Refuse: Equatable, Sendable {
        /// Why, as a sentence for the user of the client.
        public var reason: String
        /// The protocol version that would be right.
        public var wantedVersion: UInt16

        /// A refusal from its fields.
        public init(reason: String, wantedVersion: UInt16 = MessageCodec.protocolVersion) {
            self.reason = reason
            self.wantedVersion = wantedVersion
        }

        func write(to writer: inout ByteWriter) {
            writer.write(reason)
            writer.write(wantedVersion)
        }

        init(from reader: inout ByteReader) throws(BytesError) {
            reason = try reader.text()
            wantedVersion = try reader.integer()
        }
    }
}
