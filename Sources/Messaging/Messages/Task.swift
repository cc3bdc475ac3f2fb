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
    ///     …       1     1 if the process adds the update to its sum of the round and sends none,
    ///                   else 0
    ///     …       4     weight of the update in that sum; 0 without a sum
    ///     …       9     the model to start from: see `ModelSource`
    ///     …       4     shared slot, signed: −1 wants the update in the body, else in that slot
    ///     …       8     parameter count P
    ///     …       4     carried slot, signed: −1: the k × P float32 are the body, else that slot
    ///                   of carried vectors holds them
    ///     …       8     their checksum (`frameChecksum`); 0 may stand for none when shared
    ///     …       4     next slot, signed: −1 wants the client's new vectors in a body of the
    ///                   update, else in that slot
    public struct Task: MessagePayload {
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
            (self.run, self.task, self.model) = (run, task, model)
            (self.sharedSlot, self.parameterCount) = (sharedSlot, parameterCount)
            (self.carriedSlot, self.carriedChecksum) = (carriedSlot, carriedChecksum)
            self.nextSlot = nextSlot
        }

        func write(to writer: inout ByteWriter) {
            writer.write(fields: run, task, model, sharedSlot)
            writer.write(fields: parameterCount, carriedSlot, carriedChecksum, nextSlot)
        }

        init(from reader: inout ByteReader) throws(BytesError) {
            (run, task, model) = try reader.fields()
            (sharedSlot, parameterCount) = (try reader.sharedSlot(), try reader.integer())
            (carriedSlot, carriedChecksum) = (try reader.sharedSlot(), try reader.integer())
            nextSlot = try reader.sharedSlot()
        }
    }
}

extension ClientTask: WireField {
    func write(to writer: inout ByteWriter) {
        writer.write(fields: round, client, attempt, localRate, state, carriedVectors)
        writer.write(fields: sumWeight != nil, sumWeight ?? 0)
    }

    init(from reader: inout ByteReader) throws(BytesError) {
        self.init(
            round: try reader.integer(), client: try reader.integer(),
            attempt: try reader.integer(), localRate: try reader.double(),
            state: try reader.byteList(), carriedVectors: try reader.integer())
        let (inSum, weight): (Bool, UInt32) = try reader.fields()
        guard inSum || weight == 0 else {
            throw .invalid("expected the weight 0 without a sum, found \(weight)")
        }
        sumWeight = inSum ? weight : nil
    }
}
