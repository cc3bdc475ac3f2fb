import Bytes
public import Federation

extension Message {
    /// Work for one client in one round. Its body, if any, is the vectors that the client carries.
    ///
    ///     offset  size  field
    ///     8       8     run id
    ///     16      4     round
    ///     20      4     client
    ///     24      4     attempt
    ///     28      8     local rate, float64
    ///     36      4+n   client state, with its length in bytes in front
    ///     …       2     vectors that the client carries, k
    ///     …       9     the model to start from: see `ModelSource`
    ///     …       4     shared slot, signed: −1 wants the update in the body, else in that slot
    ///     …       8     parameter count P
    ///     …       4     carried slot, signed: −1: the k × P float32 are the body, else that slot
    ///                   of carried vectors holds them
    ///     …       8     their checksum (`frameChecksum`); 0 may stand for none when shared
    ///     …       4     next slot, signed: −1 wants the vectors that the client carries on in a body
    ///                   of the update, else in that slot
    public struct Task: Equatable, Sendable {
        /// The run it belongs to.
        public var run: UInt64
        /// What is to be done.
        public var task: ClientTask
        /// The model to start from.
        public var model: ModelSource
        /// −1 when the update goes into the body, else the update slot in shared memory.
        public var sharedSlot: Int32
        /// How many parameters each vector has.
        public var parameterCount: UInt64
        /// −1 when the vectors that the client carries are the body, else the slot that holds them.
        public var carriedSlot: Int32
        /// What `frameChecksum` gives for them.
        public var carriedChecksum: UInt64
        /// −1 when the vectors that the client carries on go into a body, else the slot for them.
        public var nextSlot: Int32

        /// A task from its fields; without carried vectors where none are given.
        public init(
            run: UInt64, task: ClientTask, model: ModelSource, sharedSlot: Int32,
            parameterCount: UInt64, carriedSlot: Int32 = -1, carriedChecksum: UInt64 = 0,
            nextSlot: Int32 = -1
        ) {
            self.run = run
            self.task = task
            self.model = model
            self.sharedSlot = sharedSlot
            self.parameterCount = parameterCount
            self.carriedSlot = carriedSlot
            self.carriedChecksum = carriedChecksum
            self.nextSlot = nextSlot
        }

        func write(to writer: inout ByteWriter) {
            writer.write(run)
            task.write(to: &writer)
            model.write(to: &writer)
            writer.write(sharedSlot)
            writer.write(parameterCount)
            writer.write(carriedSlot)
            writer.write(carriedChecksum)
            writer.write(nextSlot)
        }

        init(from reader: inout ByteReader) throws(BytesError) {
            run = try reader.integer()
            task = try ClientTask(from: &reader)
            model = try ModelSource(from: &reader)
            sharedSlot = try reader.sharedSlot()
            parameterCount = try reader.integer()
            carriedSlot = try reader.sharedSlot()
            carriedChecksum = try reader.integer()
            nextSlot = try reader.sharedSlot()
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
        writer.write(carriedVectors)
    }

    fileprivate init(from reader: inout ByteReader) throws(BytesError) {
        self.init(
            round: try reader.integer(), client: try reader.integer(),
            attempt: try reader.integer(), localRate: try reader.double(),
            state: try reader.byteList(), carriedVectors: try reader.integer())
    }
}
