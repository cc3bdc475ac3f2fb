import Bytes

extension Message {
    /// A client process introduces itself, and does so again after every reconnection: the
    /// coordinator knows a connection only by its latest hello. Its bytes are the same in every
    /// protocol version.
    ///
    ///     offset  size  field
    ///     8       4+n   program version and build, UTF-8 with its length in bytes in front
    ///     …       4+n   scenario digest; empty before the first welcome
    ///     …       4     process number; 2³²−1 asks for one
    ///     …       8     incarnation
    ///     …       4     process id, signed
    public struct Hello: MessagePayload {
        /// The process number that asks the coordinator to choose one.
        public static let anyProcess = UInt32.max

        /// The version and the build of the program. The coordinator refuses any but its own.
        public var programVersion: String
        /// The digest of the scenario that the process was welcomed to; empty before that. The
        /// coordinator refuses any but its own: who has served one scenario serves no other.
        public var scenarioDigest: String
        /// The number of the client process, from 0, or `anyProcess`.
        public var process: UInt32
        /// A random number, new for each process that is started; the same in all its hellos.
        public var incarnation: UInt64
        /// The operating system's number of the process.
        public var pid: Int32

        /// A hello from its fields.
        public init(
            programVersion: String, scenarioDigest: String, process: UInt32, incarnation: UInt64,
            pid: Int32
        ) {
            (self.programVersion, self.scenarioDigest) = (programVersion, scenarioDigest)
            (self.process, self.incarnation, self.pid) = (process, incarnation, pid)
        }

        func write(to writer: inout ByteWriter) {
            writer.write(fields: programVersion, scenarioDigest, process, incarnation, pid)
        }

        init(from reader: inout ByteReader) throws(BytesError) {
            (programVersion, scenarioDigest, process, incarnation, pid) = try reader.fields()
        }
    }
}
