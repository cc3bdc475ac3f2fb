import Bytes

extension Message {
    /// A global model, once per process and round. The body is `vectorCount` × P float32.
    ///
    ///     offset  size  field
    ///     8       8     run id
    ///     16      4     model version
    ///     20      1     vector count: 1 weights, 2 weights and movement
    ///     21      8     parameter count P
    ///     29      4     shared slot, signed: −1 in the body, else the model slot that holds it
    ///     33      8     checksum (`frameChecksum`) of the vectors; 0 may stand for none when shared
    public struct Model: Equatable, Sendable {
        /// The run it belongs to.
        public var run: UInt64
        /// The number of rounds that made this model.
        public var version: UInt32
        /// 1 for the weights, 2 for the weights and then their movement.
        public var vectorCount: UInt8
        /// How many parameters each vector has.
        public var parameterCount: UInt64
        /// −1 when the vectors are the body, else the index of a model slot in shared memory.
        public var sharedSlot: Int32
        /// What `frameChecksum` gives for the vectors.
        public var checksum: UInt64

        /// A model's header from its fields.
        public init(
            run: UInt64, version: UInt32, vectorCount: UInt8, parameterCount: UInt64,
            sharedSlot: Int32, checksum: UInt64
        ) {
            self.run = run
            self.version = version
            self.vectorCount = vectorCount
            self.parameterCount = parameterCount
            self.sharedSlot = sharedSlot
            self.checksum = checksum
        }

        func write(to writer: inout ByteWriter) {
            writer.write(run)
            writer.write(version)
            writer.write(vectorCount)
            writer.write(parameterCount)
            writer.write(sharedSlot)
            writer.write(checksum)
        }

        init(from reader: inout ByteReader) throws(BytesError) {
            run = try reader.integer()
            version = try reader.integer()
            vectorCount = try reader.integer()
            guard (1...2).contains(vectorCount) else {
                throw .invalid("a model has 1 or 2 vectors; this has \(vectorCount)")
            }
            parameterCount = try reader.integer()
            sharedSlot = try reader.sharedSlot()
            checksum = try reader.integer()
        }
    }
}

extension ByteReader {
    /// Reads a slot index or −1.
    mutating func sharedSlot() throws(BytesError) -> Int32 {
        let slot = try integer(Int32.self)
        guard slot >= -1 else { throw .invalid("a shared slot is -1 or more; this is \(slot)") }
        return slot
    }
}
