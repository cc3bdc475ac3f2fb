import Bytes

extension Message {
    /// Answers a ping. A client process that works for long sends it also unasked, between two local
    /// steps.
    ///
    ///     offset  size  field
    ///     8       8     number; 0 when nobody asked
    ///     16      8     progress
    public struct Pong: Equatable, Sendable {
        /// The number of the ping.
        public var number: UInt64
        /// Local steps and tasks that the process has done so far: grows while it works.
        public var progress: UInt64

        /// The answer to the ping with this number.
        public init(number: UInt64, progress: UInt64) {
            (self.number, self.progress) = (number, progress)
        }

        func write(to writer: inout ByteWriter) {
            writer.write(number)
            writer.write(progress)
        }

        init(from reader: inout ByteReader) throws(BytesError) {
            number = try reader.integer()
            progress = try reader.integer()
        }
    }
}
