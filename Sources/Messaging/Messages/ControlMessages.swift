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

    /// A client process that was welcomed has read the data and built the model: it takes tasks
    /// from now on. Until then it is given none, however long that takes.
    ///
    ///     offset  size  field
    ///     8       8     run id
    public struct Ready: MessagePayload {
        /// The run that the process is ready for.
        public var run: UInt64

        /// Makes the message for a run.
        public init(run: UInt64) { self.run = run }

        func write(to writer: inout ByteWriter) { writer.write(run) }
        init(from reader: inout ByteReader) throws(BytesError) { run = try reader.integer() }
    }

    /// Asks the other side whether it is there and working; the answer is a pong.
    ///
    ///     offset  size  field
    ///     8       8     number
    public struct Ping: MessagePayload {
        /// The number that the pong repeats.
        public var number: UInt64

        /// Makes a ping with its number.
        public init(number: UInt64) { self.number = number }

        func write(to writer: inout ByteWriter) { writer.write(number) }
        init(from reader: inout ByteReader) throws(BytesError) { number = try reader.integer() }
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

    /// The run is over for this client process: it ends.
    ///
    ///     offset  size  field
    ///     8       4+n   reason, UTF-8 with its length in bytes in front
    public struct Stop: MessagePayload {
        /// Why the run is over, as a phrase for the log.
        public var reason: String

        /// Makes the message with its reason.
        public init(reason: String) { self.reason = reason }

        func write(to writer: inout ByteWriter) { writer.write(reason) }
        init(from reader: inout ByteReader) throws(BytesError) { reason = try reader.text() }
    }

    /// The client process ends by itself, and says why.
    ///
    ///     offset  size  field
    ///     8       4+n   reason, UTF-8 with its length in bytes in front
    public struct Leave: MessagePayload {
        /// Why the process ends, as a sentence for the coordinator's user.
        public var reason: String

        /// Makes the message with its reason.
        public init(reason: String) { self.reason = reason }

        func write(to writer: inout ByteWriter) { writer.write(reason) }
        init(from reader: inout ByteReader) throws(BytesError) { reason = try reader.text() }
    }
}
