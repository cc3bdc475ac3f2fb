import Bytes

/// A data set in memory, as a source made it and before it is kept in the cache.
public struct DecodedDataset: Sendable {
    /// The numbers of a part, row-major (samples, shape...).
    public enum Features: Sendable, Equatable {
        /// Pixels; they count 1/255 each.
        case bytes([UInt8])
        /// Numbers as they are.
        case floats([Float])

        /// How many numbers.
        public var count: Int {
            switch self {
            case .bytes(let values): values.count
            case .floats(let values): values.count
            }
        }

        var element: DatasetHeader.Element {
            switch self {
            case .bytes: .scaledByte
            case .floats: .float
            }
        }
    }

    /// Features and labels of one part.
    public struct Samples: Sendable, Equatable {
        /// (samples, shape...)
        public let features: Features
        /// (samples), each in 0..<classes.
        public let labels: [Int32]

        /// Features and the labels that belong to them.
        public init(features: Features, labels: [Int32]) {
            (self.features, self.labels) = (features, labels)
        }
    }

    /// The dimensions of one sample, such as [28, 28, 1] (height, width, channels).
    public let sampleShape: [Int]
    /// How many classes.
    public let classes: Int
    /// What clients share.
    public let train: Samples
    /// What the global model is evaluated on; may be empty.
    public let test: Samples

    /// A data set of 1 to 4 dimensions, both parts of the same kind of number.
    ///
    /// The sizes and labels must fit together: checking input is the source's task.
    public init(sampleShape: [Int], classes: Int, train: Samples, test: Samples) {
        precondition(
            DatasetHeader.isPossible(shape: sampleShape), "samples of shape \(sampleShape)")
        precondition(classes >= 1 && classes <= Int(Int32.max), "\(classes) classes")
        precondition(
            train.features.element == test.features.element, "bytes and floats in one data set")
        let features = sampleShape.reduce(1, *)
        for part in [train, test] {
            precondition(
                part.features.count == part.labels.count * features
                    && part.labels.count <= Int(Int32.max),
                "\(part.features.count) numbers for \(part.labels.count) labels")
            precondition(
                part.labels.allSatisfy { $0 >= 0 && Int($0) < classes },
                "a label outside 0..<\(classes)")
        }
        (self.sampleShape, self.classes, self.train, self.test) = (
            sampleShape, classes, train, test
        )
    }

    /// The header of this data set's file.
    func header(key: String) -> DatasetHeader {
        var header = DatasetHeader(
            element: train.features.element, shape: sampleShape, classes: classes,
            trainCount: train.labels.count, testCount: test.labels.count, key: key)
        var hash = ContentHash()
        forEachBlock { hash.add($0.bindMemory(to: UInt8.self).span) }
        header.contentHash = hash.value
        return header
    }

    /// Hands out the file piece by piece: header, then each block after the zeros that align it.
    func forEachPiece<E: Error>(
        key: String, _ body: (UnsafeRawBufferPointer) throws(E) -> Void
    ) throws(E) {
        let bytes = header(key: key).bytes
        try Self.lend(bytes, body)
        var position = bytes.count
        try forEachBlock { block throws(E) in
            let gap = (64 - position % 64) % 64
            try Self.lend([UInt8](repeating: 0, count: gap), body)
            try body(block)
            position += gap + block.count
        }
    }

    private func forEachBlock<E: Error>(
        _ body: (UnsafeRawBufferPointer) throws(E) -> Void
    ) throws(E) {
        for part in [train, test] {
            switch part.features {
            case .bytes(let values): try Self.lend(values, body)
            case .floats(let values): try Self.lend(values, body)
            }
            try Self.lend(part.labels, body)
        }
    }

    // `Array.withUnsafeBytes` rethrows any error; this keeps its type.
    private static func lend<T: BitwiseCopyable, E: Error>(
        _ values: [T], _ body: (UnsafeRawBufferPointer) throws(E) -> Void
    ) throws(E) {
        try values.span.withUnsafeBytes(body)
    }
}
