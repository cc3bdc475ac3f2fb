import Bytes

extension Message {
    /// The run is over for this client process: it ends.
    ///
    ///     offset  size  field
    ///     8       4+n   reason, UTF-8 with its length in bytes in front
    public struct Stop: Equatable, Sendable {
        /// Why, as a phrase for the log.
        public var reason: String

        /// The end, with its reason.
        public init(reason: String) { self.reason = reason }

        func write(to writer: inout ByteWriter) { writer.write(reason) }

        init(from reader: inout ByteReader) throws(BytesError) { reason = try reader.text() }
    }
}
