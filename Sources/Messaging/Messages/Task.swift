import Bytes
public import Federation

extension Message {
    /// Work for one client in one round.
    ///
    ///     offset  size  field
    ///     8       8     run id
    ///     16      4     round
    ///     20      4     client
    ///     24      4     attempt
    ///     28      8     local rate, float64
    ///     36      4+n   client state, with its length in bytes in front
    ///     …       4     model version
    ///     …       4     shared slot, signed: −1 wants the update in the body, else in that slot
    public struct Task: Equatable, Sendable {
        /// The run it belongs to.
        public var run: UInt64
        /// What is to be done.
        public var task: ClientTask
        /// The version of the model to start from.
        public var modelVersion: UInt32
        /// −1 when the update goes into the body, else the update slot in shared memory.
        public var sharedSlot: Int32

        /// A task from its fields.
        public init(run: UInt64, task: ClientTask, modelVersion: UInt32, sharedSlot: Int32) {
            self.run = run
            self.task = task
            self.modelVersion = modelVersion
            self.sharedSlot = sharedSlot
        }

        func write(to writer: inout ByteWriter) {
            writer.write(run)
            task.write(to: &writer)
            writer.write(modelVersion)
            writer.write(sharedSlot)
        }

        init(from reader: inout ByteReader) throws(BytesError) {
            run = try reader.integer()
            task = try ClientTask(from: &reader)
            modelVersion = try reader.integer()
            sharedSlot = try reader.sharedSlot()
        }
    }
}

extension ClientTask {
    fileprivate func write(to writer: inout ByteWriter) {
        writer.write(round)
        writer.write(client)
        writer.write(attempt)
        writer.write(localRate)
        writer.write(state)
    }

    fileprivate init(from reader: inout ByteReader) throws(BytesError) {
        self.init(
            round: try reader.integer(), client: try reader.integer(),
            attempt: try reader.integer(), localRate: try reader.double(),
            state: try reader.byteList())
    }
}
