#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The four IDX files of MNIST and its successors, packed with gzip or not: images of one size and
/// their labels. Pixels are kept as bytes and count 1/255 each.
struct IDXFolder {
    /// What the data set is called in messages.
    let name: String
    let folder: String
    /// How to get the files, for messages.
    let remedy: String
    /// How many classes; nil: one more than the largest label of the training part.
    let classes: Int?
    private static let names = [
        ("train-images", "idx3-ubyte"), ("train-labels", "idx1-ubyte"),
        ("t10k-images", "idx3-ubyte"), ("t10k-labels", "idx1-ubyte"),
    ]

    func addFacts(to facts: inout KeyFacts) throws(DataError) {
        for (path, name) in zip(try paths(), Self.names) {
            try facts.add(name.0, contentOf: path)
        }
    }

    func decode() throws(DataError) -> DecodedDataset {
        let paths = try paths()
        // Labels first: they are small, and most mistakes show there.
        let trainLabels = try IDX(path: paths[1], rank: 1).bytes
        let classes = classes ?? Int(trainLabels.max() ?? 0) + 1
        try check(trainLabels, below: classes, path: paths[1])
        let testLabels = try IDX(path: paths[3], rank: 1).bytes
        try check(testLabels, below: classes, path: paths[3])

        let (train, shape) = try samples(paths[0], trainLabels, labelPath: paths[1])
        let (test, testShape) = try samples(paths[2], testLabels, labelPath: paths[3])
        guard shape == testShape else {
            throw .damaged(
                path: paths[2],
                reason: "images of \(testShape[0]) x \(testShape[1]) pixels; the training images "
                    + "have \(shape[0]) x \(shape[1])")
        }
        return DecodedDataset(sampleShape: shape + [1], classes: classes, train: train, test: test)
    }

    private func check(_ labels: [UInt8], below limit: Int, path: String) throws(DataError) {
        guard let index = labels.firstIndex(where: { $0 >= limit }) else { return }
        let source = classes == nil ? ", the classes of the training part" : ""
        throw .damaged(
            path: path,
            reason: "label \(labels[index]) of sample \(index) is not in 0..<\(limit)\(source)")
    }

    private func samples(
        _ imagePath: String, _ labels: [UInt8], labelPath: String
    ) throws(DataError) -> (DecodedDataset.Samples, shape: [Int]) {
        let images = try IDX(path: imagePath, rank: 3)
        let shape = Array(images.dimensions.dropFirst())
        guard DatasetHeader.isPossible(shape: shape) else {
            throw .damaged(path: imagePath, reason: "images of \(shape[0]) x \(shape[1]) pixels")
        }
        guard images.dimensions[0] == labels.count else {
            throw .damaged(
                path: imagePath,
                reason: "\(images.dimensions[0].grouped) images, but "
                    + "\(labels.count.grouped) labels in \(labelPath)")
        }
        let samples = DecodedDataset.Samples(
            features: .bytes(images.bytes), labels: labels.map(Int32.init))
        return (samples, shape)
    }

    /// The four files, each with or without `.gz`, and spelled with a dash or a dot in the middle.
    private func paths() throws(DataError) -> [String] {
        var paths: [String] = []
        var missing: [String] = []
        for (part, kind) in Self.names {
            let candidates = ["-", "."].flatMap { middle in
                [".gz", ""].map { "\(folder)/\(part)\(middle)\(kind)\($0)" }
            }
            // Any answer but "there is none" is left to the opening, which says why it can't.
            if let path = candidates.first(where: { access($0, F_OK) == 0 || errno == EACCES }) {
                paths.append(path)
            } else {
                missing.append("\(part)-\(kind).gz")
            }
        }
        if missing.count == Self.names.count {
            throw .notInstalled(dataset: name, folder: folder, remedy: remedy)
        }
        if let file = missing.first {
            throw .missingFile(dataset: name, folder: folder, name: file, remedy: remedy)
        }
        return paths
    }
}
