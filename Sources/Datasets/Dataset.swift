import Bytes

/// A decoded data set in a mapped file: opening it costs no reading, and all processes of a machine
/// share one copy of it.
public struct Dataset: Sendable {
    /// What the samples are for.
    public enum Part: Sendable, CaseIterable {
        /// Shared out among the clients.
        case train
        /// For evaluating the global model.
        case test
    }

    let file: MappedFile
    let header: DatasetHeader
    /// Numbers in one sample: the product of `sampleShape`.
    public let features: Int

    /// The dimensions of one sample, such as [28, 28, 1] (height, width, channels).
    public var sampleShape: [Int] { header.shape }
    /// How many classes; labels are in 0..<classes.
    public var classes: Int { header.classes }
    /// What is predicted for a sample.
    public enum Target: Equatable, Sendable {
        /// One of so many classes for each number of the target.
        case classes(Int)
        /// The numbers themselves.
        case numbers
    }
    /// What is predicted for a sample.
    public var target: Target { .classes(classes) }
    /// Numbers in a sample's target: 1, or the length of a sequence of labels.
    public var targetWidth: Int { 1 }
    /// How many symbols there are where a sample is a sequence of them; nil for numbers.
    public var vocabulary: Int? { nil }
    /// Names what the data set holds: the same key, the same numbers.
    public var key: String { header.key }

    /// Opens a data set file. Everything but the numbers themselves is checked.
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
        do throws(BytesError) {
            header = try DatasetHeader(
                file.prefix(DatasetHeader.size), fileBytes: file.count)
        } catch {
            throw .damaged(path: file.path, reason: error.description)
        }
        self.file = file
        features = header.shape.reduce(1, *)
        for part in Part.allCases {
            let labels = labelPointer(part)
            for index in 0..<count(of: part)
            where labels[index] < 0 || Int(labels[index]) >= classes {
                throw .damaged(
                    path: file.path, reason: "label \(labels[index]) is not in 0..<\(classes)")
            }
        }
    }

    /// How many samples a part has.
    public func count(of part: Part) -> Int { block(part).count }

    /// The labels of a part, (samples), as a copy.
    public func labels(of part: Part) -> [Int32] {
        withExtendedLifetime(file) {
            Array(UnsafeBufferPointer(start: labelPointer(part), count: count(of: part)))
        }
    }

    /// Reads all numbers once and compares their hash with the header's: 14 ms for Fashion-MNIST,
    /// so client processes leave it to the coordinator.
    package func verify() throws(DataError) {
        var hash = ContentHash()
        for part in [header.train, header.test] {
            file.add(part.features, to: &hash)
            file.add(part.labels, to: &hash)
        }
        guard hash.value == header.contentHash else {
            throw .damaged(path: file.path, reason: "its content is not what was written")
        }
    }

    func block(_ part: Part) -> DatasetHeader.Block {
        switch part {
        case .train: header.train
        case .test: header.test
        }
    }

    // The header's checks hold the block inside the file, and it starts at a multiple of 64.
    func labelPointer(_ part: Part) -> UnsafePointer<Int32> {
        (file.base + block(part).labels.lowerBound).assumingMemoryBound(to: Int32.self)
    }
}
