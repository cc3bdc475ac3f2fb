import Bytes

extension Message {
    /// A client process that was welcomed has read the data and built the model: it takes tasks from
    /// now on. Until then it is given none, however long that takes.
    ///
    ///     offset  size  field
    ///     8       8     run id
    public struct Ready: Equatable, Sendable {
        /// The run that it is ready for.
        public var run: UInt64

        /// Ready for a run.
        public init(run: UInt64) { self.run = run }

        func write(to writer: inout ByteWriter) { writer.write(run) }

        init(from reader: inout ByteReader) throws(BytesError) { run = try reader.integer() }
    }
}
