import Bytes

extension Message {
    /// Answers a ping.
    ///
    ///     offset  size  field
    ///     8       8     number
    public struct Pong: Equatable, Sendable {
        /// The number of the ping.
        public var number: UInt64

        /// The answer to the ping with this number.
        public init(number: UInt64) { self.number = number }

        func write(to writer: inout ByteWriter) { writer.write(number) }

        init(from reader: inout ByteReader) throws(BytesError) { number = try reader.integer() }
    }
}
