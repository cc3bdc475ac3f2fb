import Bytes

/// A decoded data set in a mapped file: opening it costs no reading, and all processes of a machine
/// share one copy of it.
public struct Dataset: Sendable {
    /// A split of the data set.
    public enum Part: Sendable, CaseIterable {
        /// Training samples, which are shared out among the clients.
        case train
        /// Test samples, on which the global model is evaluated.
        case test
    }

    /// The kind of value that is predicted for a sample.
    public enum Target: Equatable, Sendable {
        /// One of this number of classes for each number of the target.
        case classes(Int)
        /// The numbers of the target.
        case numbers
    }

    let file: MappedFile
    let header: DatasetHeader
    /// Numbers in one sample: the product of `sampleShape`.
    public let features: Int
    /// What the owners of training samples are called ("roles"), and their names; nil and none if
    /// the data do not name owners.
    let ownerKind: String?
    let ownerNames: [String]
    /// The names of the classes in the data; nil if they have none.
    public let classNames: [String]?
    /// Warnings and facts for the user.
    public let notes: [DataNote]

    /// The dimensions of one sample, such as [28, 28, 1] (height, width, channels).
    public var sampleShape: [Int] { header.form.shape }
    /// How many classes; labels are in 0..<classes. 0 when the targets are numbers.
    public var classes: Int { header.form.classes }
    /// What is predicted for a sample.
    public var target: Target { classes > 0 ? .classes(classes) : .numbers }
    /// Numbers in a sample's target: 1, or the length of a sequence of labels.
    public var targetWidth: Int { header.form.targetWidth }
    /// What the numbers of the targets were divided by: an error times this is one in the data's
    /// own unit. 1 for classes, and for several targets, which have several units.
    public var targetScale: Double { header.form.targetScale }
    /// How many symbols there are where a sample is a sequence of them; nil for numbers.
    public var vocabulary: Int? { header.form.vocabulary > 0 ? header.form.vocabulary : nil }
    /// Whether the targets are symbols of the vocabulary: the next ones of a text.
    public var predictsSymbols: Bool { vocabulary == classes }
    /// Names what the data set holds: the same key, the same numbers.
    public var key: String { header.key }

    /// Opens a data set file. Everything but the features' values is checked.
    public init(path: String) throws(DataError) {
        try self.init(MappedFile(path: path))
    }

    /// A data set in memory of its own, without a file: for tests and small things.
    public init(_ decoded: DecodedDataset, key: String = "memory") throws(DataError) {
        guard CacheKey.isValid(key) else { throw .badKey(key) }
        var bytes: [UInt8] = []
        decoded.forEachPiece(key: key) { bytes.append(contentsOf: $0) }
        try self.init(MappedFile(copying: bytes, path: key))
    }

    package init(_ file: MappedFile) throws(DataError) {
        guard file.count >= DatasetHeader.size else {
            throw .truncated(file.path, expected: DatasetHeader.size, found: file.count)
        }
        let header: DatasetHeader
        let names: Names
        do throws(BytesError) {
            header = try DatasetHeader(
                file.prefix(DatasetHeader.size), fileBytes: file.count)
            try Self.check(header, file)
            names = try Self.names(header, file)
        } catch {
            throw .damaged(path: file.path, reason: error.description)
        }
        (self.file, self.header) = (file, header)
        features = header.form.shape.reduce(1, *)
        (ownerKind, ownerNames) = (names.ownerKind, names.owners)
        (classNames, notes) = (names.classes, names.notes)
    }

    /// Returns the number of samples of a part.
    public func count(of part: Part) -> Int { block(part).count }

    /// Copies the labels of a part, shape (samples, target width); none if the targets are
    /// numbers.
    public func labels(of part: Part) -> [Int32] {
        classes > 0 ? copy(block(part).targets) : []
    }

    /// Copies the numbers to predict of a part, shape (samples, target width); none if the
    /// targets are labels.
    public func numbers(of part: Part) -> [Float] {
        classes > 0 ? [] : copy(block(part).targets)
    }

    /// Copies the owner of each sample. Owners are 0, 1, 2, ... in the order of their names, and
    /// each has samples. Nil if the data do not name owners, and for the test part.
    public func owners(of part: Part) -> [Int32]? {
        header.form.owners > 0 && part == .train ? copy(header.owners) : nil
    }

    /// Reads all numbers once and compares their hash with the header's: 14 ms for Fashion-MNIST,
    /// so client processes leave it to the coordinator.
    package func verify() throws(DataError) {
        var hash = ContentHash()
        for block in header.blocks { file.add(block, to: &hash) }
        // Only those of the samples that are trained and evaluated come back.
        file.releasePages()
        guard hash.value == header.contentHash else {
            throw .damaged(
                path: file.path,
                reason: mismatch("the content that was written", "other bytes"))
        }
    }

    func block(_ part: Part) -> DatasetHeader.Block {
        switch part {
        case .train: header.train
        case .test: header.test
        }
    }

    private func copy<T: BitwiseCopyable>(_ block: Range<Int>) -> [T] {
        file.withBytes { bytes in
            Array(UnsafeRawBufferPointer(rebasing: bytes[block]).bindMemory(to: T.self))
        }
    }
}
