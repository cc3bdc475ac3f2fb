import Bytes

extension Message {
    /// The client process ends by itself, and says why.
    ///
    ///     offset  size  field
    ///     8       4+n   reason, UTF-8 with its length in bytes in front
    public struct Leave: Equatable, Sendable {
        /// Why, as a sentence for the coordinator's user.
        public var reason: String

        /// The leave-taking, with its reason.
        public init(reason: String) { self.reason = reason }

        func write(to writer: inout ByteWriter) { writer.write(reason) }

        init(from reader: inout ByteReader) throws(BytesError) { reason = try reader.text() }
    }
}
