import Bytes

extension Message {
    /// Asks a process for the sum of the updates that it has kept in a round.
    ///
    ///     offset  size  field
    ///     8       8     run id
    ///     16      4     round
    ///     20      4     shared slot, signed: −1 wants the sum in a body, else in that slot
    public struct Collect: MessagePayload {
        /// The run that the message belongs to.
        public var run: UInt64
        /// The round of the updates.
        public var round: UInt32
        /// −1 when the sum goes into the body, else the index of a slot for sums.
        public var sharedSlot: Int32

        /// A question for a sum from its fields.
        public init(run: UInt64, round: UInt32, sharedSlot: Int32) {
            (self.run, self.round, self.sharedSlot) = (run, round, sharedSlot)
        }

        func write(to writer: inout ByteWriter) { writer.write(fields: run, round, sharedSlot) }

        init(from reader: inout ByteReader) throws(BytesError) {
            (run, round) = try reader.fields()
            sharedSlot = try reader.sharedSlot()
        }
    }
}
