import Bytes

extension Message {
    /// Asks the other side whether it is there and working; the answer is a pong.
    ///
    ///     offset  size  field
    ///     8       8     number
    public struct Ping: Equatable, Sendable {
        /// What the pong repeats.
        public var number: UInt64

        /// A ping with its number.
        public init(number: UInt64) { self.number = number }

        func write(to writer: inout ByteWriter) { writer.write(number) }

        init(from reader: inout ByteReader) throws(BytesError) { number = try reader.integer() }
    }
}
