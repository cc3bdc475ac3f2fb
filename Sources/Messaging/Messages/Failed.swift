import Bytes
public import Federation

extension Message {
    /// A task that could not be finished because its training diverged.
    ///
    ///     offset  size  field
    ///     8       8     run id
    ///     16      4     round
    ///     20      4     client
    ///     24      4     attempt
    ///     28      4     local step
    ///     32      8     local rate, float64
    ///     40      4+n   reason, UTF-8 with its length in bytes in front
    public struct Failed: Equatable, Sendable {
        /// The run it belongs to.
        public var run: UInt64
        /// Where and why.
        public var failure: ClientFailure

        /// A failure from its fields.
        public init(run: UInt64, failure: ClientFailure) {
            self.run = run
            self.failure = failure
        }

        func write(to writer: inout ByteWriter) {
            writer.write(run)
            for number in [failure.round, failure.client, failure.attempt, failure.step] {
                writer.write(number)
            }
            writer.write(failure.localRate)
            writer.write(failure.reason)
        }

        init(from reader: inout ByteReader) throws(BytesError) {
            run = try reader.integer()
            failure = ClientFailure(
                round: try reader.integer(), client: try reader.integer(),
                attempt: try reader.integer(), step: try reader.integer(),
                localRate: try reader.double(), reason: try reader.text())
        }
    }
}
