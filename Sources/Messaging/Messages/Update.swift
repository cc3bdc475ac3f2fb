import Bytes
public import Federation

extension Message {
    /// The result of a task. The first body is P float32: the update. The next one is the k × P
    /// float32 that the client carries on. Each is missing where it is in shared memory. The first
    /// one is also missing if the update is in the sum of its process, the second one if k is 0.
    ///
    ///     offset  size  field
    ///     8       8     run id
    ///     16      4     round
    ///     20      4     client
    ///     24      4     attempt
    ///     28      4     samples
    ///     32      4     steps
    ///     36      8     effective rate Σ a_k, float64; 0 where steps and rates say as much
    ///     44      8     mean training loss, float64
    ///     52      8     mean training loss on the first batch, float64
    ///     60      8     squared norm of the update, float64
    ///     68      40    local rates, 5 × float64: first, last, smallest, largest, mean
    ///     108     4     lower bound hits
    ///     112     4     upper bound hits
    ///     116     1     saturated at once: 0 or 1
    ///     117     4     undefined hypergradients
    ///     121     4     steps between two rates of the trace
    ///     125     4+8n  rates of the trace, float64, with their number in front
    ///     …       4+…   readings, with their number in front: name (length, UTF-8), float64
    ///     …       4+n   new client state, with its length in bytes in front
    ///     …       2     vectors that the client carries on, k
    ///     …       8     seconds of training, float64
    ///     …       4     shared slot, signed: −1 in the body, else the update slot that holds it
    ///     …       8     parameter count P
    ///     …       8     checksum (`frameChecksum`) of the update; 0 may stand for none when shared
    ///     …       4     carried slot, signed: −1 in a body, else the slot that holds the vectors
    ///     …       8     checksum of those vectors; 0 may stand for none when shared
    ///     …       1     1 if the update is in the sum of its process, and here is none; else 0
    public struct Update: MessagePayload {
        /// The run it belongs to.
        public var run: UInt64
        /// The numbers beside the update.
        public var report: ClientReport
        /// −1 when the update is the body, else the index of an update slot in shared memory.
        public var sharedSlot: Int32
        /// How many parameters the update has.
        public var parameterCount: UInt64
        /// What `frameChecksum` gives for the update.
        public var checksum: UInt64
        /// −1 when the vectors that the client carries on are a body, else the slot that holds
        /// them.
        public var carriedSlot: Int32
        /// What `frameChecksum` gives for those vectors.
        public var carriedChecksum: UInt64
        /// Whether the process has added the update to its sum of the round. Then this message has
        /// none.
        public var inSum: Bool

        /// An update's header from its fields; without carried vectors where none are given.
        public init(
            run: UInt64, report: ClientReport, sharedSlot: Int32, parameterCount: UInt64,
            checksum: UInt64, carriedSlot: Int32 = -1, carriedChecksum: UInt64 = 0,
            inSum: Bool = false
        ) {
            (self.run, self.report, self.sharedSlot) = (run, report, sharedSlot)
            (self.parameterCount, self.checksum) = (parameterCount, checksum)
            (self.carriedSlot, self.carriedChecksum) = (carriedSlot, carriedChecksum)
            self.inSum = inSum
        }

        func write(to writer: inout ByteWriter) {
            writer.write(fields: run, report, sharedSlot, parameterCount, checksum)
            writer.write(fields: carriedSlot, carriedChecksum, inSum)
        }

        init(from reader: inout ByteReader) throws(BytesError) {
            (run, report) = try reader.fields()
            (sharedSlot, parameterCount) = (try reader.sharedSlot(), try reader.integer())
            checksum = try reader.integer()
            (carriedSlot, carriedChecksum) = (try reader.sharedSlot(), try reader.integer())
            inSum = try reader.flag()
        }
    }
}

extension ClientReport: WireField {
    func write(to writer: inout ByteWriter) {
        writer.write(fields: round, client, attempt, samples, steps, effectiveRate, meanLoss)
        writer.write(fields: startLoss, squaredNorm, rates, traces, state, carriedVectors, seconds)
    }

    init(from reader: inout ByteReader) throws(BytesError) {
        self.init(
            round: try reader.integer(), client: try reader.integer(),
            attempt: try reader.integer(), samples: try reader.integer(),
            steps: try reader.integer(), effectiveRate: try reader.double(),
            meanLoss: try reader.double(),
            startLoss: try reader.double(), squaredNorm: try reader.double(),
            rates: try RateTrace(from: &reader),
            traces: try ClientTraces(from: &reader), state: try reader.byteList(),
            carriedVectors: try reader.integer(), seconds: try reader.double())
    }
}

extension RateTrace: WireField {
    func write(to writer: inout ByteWriter) {
        writer.write(fields: first, last, smallest, largest, mean)
        writer.write(fields: lowerBoundHits, upperBoundHits, saturatedAtOnce, undefined)
    }

    init(from reader: inout ByteReader) throws(BytesError) {
        self.init(
            first: try reader.double(), last: try reader.double(), smallest: try reader.double(),
            largest: try reader.double(), mean: try reader.double(),
            lowerBoundHits: try reader.integer(), upperBoundHits: try reader.integer(),
            saturatedAtOnce: try reader.flag(), undefined: try reader.integer())
    }
}

extension ClientTraces: WireField {
    func write(to writer: inout ByteWriter) {
        writer.write(stride)
        writer.write(rates)
        writer.write(count: readings.count)
        for reading in readings {
            writer.write(fields: reading.name, reading.value)
        }
    }

    init(from reader: inout ByteReader) throws(BytesError) {
        self.init(stride: try reader.integer(), rates: try reader.doubleList())
        let count = try reader.count(size: 12)
        for _ in 0..<count {
            readings.append(TracedValue(name: try reader.text(), value: try reader.double()))
        }
    }
}
