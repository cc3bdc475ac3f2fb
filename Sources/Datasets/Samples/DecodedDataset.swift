import Bytes

/// A data set in memory, as a source made it and before it is kept in the cache.
public struct DecodedDataset: Sendable {
    /// The numbers of a part, row-major (samples, shape...).
    public enum Features: Sendable, Equatable {
        /// Pixels; they count 1/255 each.
        case bytes([UInt8])
        /// Symbols of a sequence, each in 0..<vocabulary, of at most 256 different ones.
        case symbols([UInt8])
        /// Symbols of a sequence, each in 0..<vocabulary, such as words.
        case wideSymbols([Int32])
        /// Numbers as they are.
        case floats([Float])

        /// The number of stored values.
        public var count: Int {
            switch self {
            case .bytes(let values), .symbols(let values): values.count
            case .wideSymbols(let values): values.count
            case .floats(let values): values.count
            }
        }

        var element: DatasetHeader.Element {
            switch self {
            case .bytes: .pixel
            case .symbols: .symbol
            case .wideSymbols: .wideSymbol
            case .floats: .float
            }
        }

        /// Stores symbols in 0..<vocabulary as bytes, if there are at most 256 different ones.
        static func symbols(_ values: [Int32], of vocabulary: Int) -> Features {
            vocabulary <= DatasetHeader.maximumVocabulary
                ? .symbols(values.map { UInt8($0) }) : .wideSymbols(values)
        }
    }

    /// What is predicted for the samples of a part, row-major (samples, target width).
    public enum Targets: Sendable, Equatable {
        /// Labels, each in 0..<classes.
        case classes([Int32])
        /// Numbers to predict, each finite.
        case numbers([Float])

        /// The number of stored values.
        public var count: Int {
            switch self {
            case .classes(let values): values.count
            case .numbers(let values): values.count
            }
        }
    }

    /// Features and targets of one part.
    public struct Samples: Sendable, Equatable {
        /// The features, shape (samples, shape...).
        public let features: Features
        /// The targets, shape (samples, target width).
        public let targets: Targets

        /// Features and the targets that belong to them.
        public init(features: Features, targets: Targets) {
            (self.features, self.targets) = (features, targets)
        }

        /// Features and the labels that belong to them.
        public init(features: Features, labels: [Int32]) {
            self.init(features: features, targets: .classes(labels))
        }

        /// The labels; none when the targets are numbers.
        public var labels: [Int32] {
            switch targets {
            case .classes(let labels): labels
            case .numbers: []
            }
        }
    }

    /// Who the training samples come from: roles of a play, patients, writers.
    public struct Owners: Sendable, Equatable {
        /// What they are called, in the plural: "roles".
        public let kind: String
        /// Their names; owner j is the one at j.
        public let names: [String]
        /// The owner of each training sample, in 0..<names.count.
        public let ofTrain: [Int32]

        /// Owners. Control characters in a name become replacement characters: a zero ends names in
        /// the file, and others would command a terminal.
        public init(kind: String, names: [String], ofTrain: [Int32]) {
            self.kind = withoutControls(kind, "\u{FFFD}")
            self.names = names.map { withoutControls($0, "\u{FFFD}") }
            self.ofTrain = ofTrain
        }

    }

    /// The dimensions of one sample, such as [28, 28, 1] (height, width, channels).
    public let sampleShape: [Int]
    /// The kind of value that is predicted.
    public let target: Dataset.Target
    /// Numbers in a sample's target.
    public let targetWidth: Int
    /// What the numbers of the targets were divided by; 1 for classes.
    public let targetScale: Double
    /// How many symbols there are; nil unless samples are sequences of them.
    public let vocabulary: Int?
    /// Who the training samples come from; nil if the data do not name owners.
    public let owners: Owners?
    /// The names of the classes; nil if they have none. A zero character, which ends names in the
    /// file, becomes a replacement character.
    public let classNames: [String]?
    /// Warnings and facts for the user.
    public let notes: [DataNote]
    /// The training samples, which clients share.
    public let train: Samples
    /// The test samples; there may be none.
    public let test: Samples

    /// How many classes; 0 when the targets are numbers.
    public var classes: Int {
        switch target {
        case .classes(let classes): classes
        case .numbers: 0
        }
    }

    /// A data set of samples with one label each.
    public init(
        sampleShape: [Int], classes: Int, train: Samples, test: Samples, owners: Owners? = nil,
        classNames: [String]? = nil, notes: [DataNote] = []
    ) {
        self.init(
            sampleShape: sampleShape, target: .classes(classes), owners: owners,
            classNames: classNames, notes: notes, train: train, test: test)
    }

    /// A data set of 1 to 4 dimensions, both parts of the same kinds of number.
    ///
    /// The sizes and labels must fit together: checking input is the source's task.
    public init(
        sampleShape: [Int], target: Dataset.Target, targetWidth: Int = 1, targetScale: Double = 1,
        vocabulary: Int? = nil, owners: Owners? = nil, classNames: [String]? = nil,
        notes: [DataNote] = [], train: Samples, test: Samples
    ) {
        (self.sampleShape, self.target) = (sampleShape, target)
        (self.targetWidth, self.targetScale) = (targetWidth, targetScale)
        (self.vocabulary, self.owners) = (vocabulary, owners)
        self.classNames = classNames.map { $0.map { $0.replacing("\0", with: "\u{FFFD}") } }
        self.notes = notes
        (self.train, self.test) = (train, test)
        if let problem { preconditionFailure(problem) }
    }

    /// Makes the header of the file of this data set.
    func header(key: String) -> DatasetHeader {
        let form = DatasetHeader.Form(
            element: train.features.element, shape: sampleShape, vocabulary: vocabulary ?? 0,
            classes: classes, targetWidth: targetWidth, targetScale: targetScale,
            owners: owners?.names.count ?? 0, classNames: classNames?.count ?? 0)
        var header = DatasetHeader(
            form, trainCount: train.targets.count / targetWidth,
            testCount: test.targets.count / targetWidth,
            nameBytes: nameBytes.count, key: key)
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
            case .bytes(let values), .symbols(let values): try Self.lend(values, body)
            case .wideSymbols(let values): try Self.lend(values, body)
            case .floats(let values): try Self.lend(values, body)
            }
            switch part.targets {
            case .classes(let values): try Self.lend(values, body)
            case .numbers(let values): try Self.lend(values, body)
            }
        }
        try Self.lend(owners?.ofTrain ?? [], body)
        try Self.lend(nameBytes, body)
    }

    /// All names and notes, each string with a zero behind.
    private var nameBytes: [UInt8] {
        var strings = owners.map { [$0.kind] + $0.names } ?? []
        strings += classNames ?? []
        strings += notes.flatMap(\.fields)
        return strings.flatMap { Array($0.utf8) + [0] }
    }

    // `Array.withUnsafeBytes` rethrows any error; this keeps its type.
    private static func lend<T: BitwiseCopyable, E: Error>(
        _ values: [T], _ body: (UnsafeRawBufferPointer) throws(E) -> Void
    ) throws(E) {
        try values.span.withUnsafeBytes(body)
    }
}
