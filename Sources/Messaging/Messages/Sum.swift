import Bytes
public import Federation

extension Message {
    /// The sum of the updates that a process has kept in a round. The body has P integers: each is
    /// the sum of weight × factor × element over the updates, in units of the exact sum. In a
    /// message they are packed (`ExactSum`); a slot in shared memory has 64 bits for each.
    ///
    ///     offset  size  field
    ///     8       8     run id
    ///     16      4     round
    ///     20      4+4n  the clients whose updates are in the sum, with their number in front
    ///     …       4     shared slot, signed: −1 in the body, else the slot for sums that holds it
    ///     …       8     parameter count P
    ///     …       8     how many words of 32 bits the body has; 0 when shared
    ///     …       8     checksum (`frameChecksum`) of the body; 0 when shared
    public struct Sum: MessagePayload {
        /// The run that the message belongs to.
        public var run: UInt64
        /// The round, and the clients of the sum.
        public var report: SumReport
        /// −1 when the sum is the body, else the index of a slot for sums in shared memory.
        public var sharedSlot: Int32
        /// The number of elements.
        public var parameterCount: UInt64
        /// How many words of 32 bits the body has; 0 when it is shared.
        public var wordCount: UInt64
        /// The result of `frameChecksum` for the words of the body; 0 when it is shared.
        public var checksum: UInt64

        /// The header of a sum from its fields.
        public init(
            run: UInt64, report: SumReport, sharedSlot: Int32, parameterCount: UInt64,
            wordCount: UInt64, checksum: UInt64
        ) {
            (self.run, self.report, self.sharedSlot) = (run, report, sharedSlot)
            (self.parameterCount, self.wordCount) = (parameterCount, wordCount)
            self.checksum = checksum
        }

        func write(to writer: inout ByteWriter) {
            writer.write(fields: run, report.round)
            writer.write(count: report.clients.count)
            for client in report.clients { writer.write(client) }
            writer.write(fields: sharedSlot, parameterCount, wordCount, checksum)
        }

        init(from reader: inout ByteReader) throws(BytesError) {
            (run, report) = (
                try reader.integer(), SumReport(round: try reader.integer(), clients: [])
            )
            let count = try reader.count(size: 4)
            report.clients.reserveCapacity(count)
            for _ in 0..<count { report.clients.append(try reader.integer()) }
            sharedSlot = try reader.sharedSlot()
            (parameterCount, wordCount, checksum) = try reader.fields()
        }
    }
}
