import Bytes

extension Message {
    /// A global model, sent once per process and round if it is not in shared memory. The body is
    /// its vectors, P float32 each: the weights, then the previous aggregate, then the server's
    /// vector of the drift correction. The last two are only there if they are needed.
    ///
    ///     offset  size  field
    ///     8       8     run id
    ///     16      4     model version
    ///     20      1     vectors beside the weights: 1 Δ_{t−1}, 2 the correction's, 3 both, or 0
    ///     21      8     parameter count P
    ///     29      8     checksum (`frameChecksum`) of the vectors
    public struct Model: MessagePayload {
        /// The run it belongs to.
        public var run: UInt64
        /// The number of rounds that made this model.
        public var version: UInt32
        /// The vectors beside the weights.
        public var parts: ModelParts
        /// How many parameters each vector has.
        public var parameterCount: UInt64
        /// What `frameChecksum` gives for the vectors.
        public var checksum: UInt64

        /// A model's header from its fields.
        public init(
            run: UInt64, version: UInt32, parts: ModelParts, parameterCount: UInt64,
            checksum: UInt64
        ) {
            (self.run, self.version, self.parts) = (run, version, parts)
            self.parameterCount = parameterCount
            self.checksum = checksum
        }

        func write(to writer: inout ByteWriter) {
            writer.write(fields: run, version, parts, parameterCount, checksum)
        }

        init(from reader: inout ByteReader) throws(BytesError) {
            (run, version, parts, parameterCount, checksum) = try reader.fields()
        }
    }
}

/// Which vectors come with the weights of a global model, in this order.
public struct ModelParts: OptionSet, Sendable {
    /// Bits of one byte.
    public let rawValue: UInt8
    /// A set from its bits.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// The last movement of the model, Δ_{t−1}.
    public static let previousAggregate = ModelParts(rawValue: 1)
    /// The server's vector of the drift correction.
    public static let correction = ModelParts(rawValue: 2)
    /// Both vectors beside the weights.
    public static let all: ModelParts = [.previousAggregate, .correction]

    /// How many vectors a model with these parts has: the weights count, too.
    public var vectorCount: Int { 1 + rawValue.nonzeroBitCount }

    /// Where the correction's vector is among the vectors.
    public var correctionIndex: Int { contains(.previousAggregate) ? 2 : 1 }
}

extension ByteReader {
    /// Reads a slot index or −1.
    mutating func sharedSlot() throws(BytesError) -> Int32 {
        let slot = try integer(Int32.self)
        guard slot >= -1 else {
            throw .invalid("expected a shared slot of -1 or more, found \(slot)")
        }
        return slot
    }
}

extension ModelParts: WireField {
    func write(to writer: inout ByteWriter) { writer.write(rawValue) }

    init(from reader: inout ByteReader) throws(BytesError) {
        self.init(rawValue: try reader.integer())
        guard isSubset(of: .all) else {
            throw .invalid("expected 0 to 3 for the vectors beside a model, found \(rawValue)")
        }
    }
}
