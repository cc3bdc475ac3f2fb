import Bytes

extension Message {
    /// The coordinator does not accept a client process, and says why. Its bytes are the same in
    /// every protocol version, so it is read whatever version its header names.
    ///
    ///     offset  size  field
    ///     8       4+n   reason, UTF-8 with its length in bytes in front
    ///     …       2     the protocol version that the coordinator speaks
    public struct Refuse: MessagePayload {
        /// Why, as a sentence for the user of the client.
        public var reason: String
        /// The protocol version that the coordinator accepts.
        public var wantedVersion: UInt16

        /// Makes a refusal from its fields.
        public init(reason: String, wantedVersion: UInt16 = MessageCodec.protocolVersion) {
            (self.reason, self.wantedVersion) = (reason, wantedVersion)
        }

        func write(to writer: inout ByteWriter) { writer.write(fields: reason, wantedVersion) }

        init(from reader: inout ByteReader) throws(BytesError) {
            (reason, wantedVersion) = try reader.fields()
        }
    }

    /// Answers a ping. A client process that works for long sends it also unasked, between two
    /// local steps.
    ///
    ///     offset  size  field
    ///     8       8     number; 0 in a pong that answers no ping
    ///     16      8     progress
    public struct Pong: MessagePayload {
        /// The number of the ping.
        public var number: UInt64
        /// Local steps and tasks that the process has done so far. It grows while the process
        /// works.
        public var progress: UInt64

        /// Makes the answer to the ping with this number.
        public init(number: UInt64, progress: UInt64) {
            (self.number, self.progress) = (number, progress)
        }

        func write(to writer: inout ByteWriter) { writer.write(fields: number, progress) }

        init(from reader: inout ByteReader) throws(BytesError) {
            (number, progress) = try reader.fields()
        }
    }
}
