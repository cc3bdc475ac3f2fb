import Glibc
import Settings

/// The four IDX files of MNIST and its successors, packed with gzip or not: images of one size and
/// their labels. Pixels are kept as bytes and count 1/255 each.
struct IDXFolder {
    /// The name of the data set in messages.
    let name: String
    let folder: String
    /// The way to get the files, for messages.
    let remedy: String
    /// The names of the classes. Nil means that they are the labels, from the smallest to the
    /// largest of the training samples.
    let classNames: [String]?
    /// The label of the first class, if classes have names.
    var firstLabel: UInt8 = 0
    /// Whether rows and columns of the images in the files are exchanged here.
    var isTransposed = false
    /// The beginnings of the names of the files.
    var trainName = "train"
    var testName = "t10k"

    private var names: [(part: String, kind: String)] {
        [trainName, testName].flatMap {
            [("\($0)-images", "idx3-ubyte"), ("\($0)-labels", "idx1-ubyte")]
        }
    }

    func addFacts(to facts: inout KeyFacts) throws(DataError) {
        if isTransposed { facts.add("transposed", true) }
        for (path, name) in zip(try paths(), names) {
            try facts.add(name.part, contentOf: path)
        }
    }

    func decode() throws(DataError) -> DecodedDataset {
        let paths = try paths()
        // Labels first: they are small, and most mistakes show there.
        var trainLabels = try IDX(path: paths[1], rank: 1).bytes
        let limit =
            classNames.map { $0.count + Int(firstLabel) } ?? Int(trainLabels.max() ?? 0) + 1
        try check(trainLabels, below: limit, path: paths[1])
        var testLabels = try IDX(path: paths[3], rank: 1).bytes
        try check(testLabels, below: limit, path: paths[3])
        var notes: [DataNote] = []
        var names = classNames ?? (0..<limit).map(String.init)
        if classNames == nil, let first = (trainLabels + testLabels).min(), first > 0 {
            // EMNIST's letters have the labels 1 to 26; a class 0 would have no sample.
            trainLabels = trainLabels.map { $0 - first }
            testLabels = testLabels.map { $0 - first }
            names.removeFirst(Int(first))
            notes.append(
                DataNote(
                    "first label", folder,
                    "labels start at \(first), which is class 0 of \(names.count); the names of "
                        + "classes are the labels", severity: .information))
        }
        if firstLabel > 0 {
            trainLabels = trainLabels.map { $0 - firstLabel }
            testLabels = testLabels.map { $0 - firstLabel }
        }
        let (train, shape) = try samples(paths[0], trainLabels, labelPath: paths[1])
        let (test, testShape) = try samples(paths[2], testLabels, labelPath: paths[3])
        if train.features == test.features {
            notes.append(.sameImages(folder, "name a folder with the correct t10k files"))
        }
        notes += ClassCounts(names: names, train: train.labels, test: test.labels).notes(folder)
        guard shape == testShape else {
            throw .damaged(
                path: paths[2],
                reason: mismatch(
                    "images of \(Self.words(shape)) pixels, as for training", Self.words(testShape))
            )
        }
        return DecodedDataset(
            sampleShape: shape, classes: names.count, train: train, test: test,
            classNames: names, notes: notes.map { $0.withoutPaths([folder]) })
    }

    private static func words(_ shape: [Int]) -> String {
        "\(shape[0]) x \(shape[1])" + (shape[2] == 1 ? "" : " x \(shape[2])")
    }

    private func check(_ labels: [UInt8], below limit: Int, path: String) throws(DataError) {
        guard let index = labels.firstIndex(where: { $0 >= limit || $0 < firstLabel }) else {
            return
        }
        let source = classNames == nil ? ", as in the training split" : ""
        throw .damaged(
            path: path,
            reason: "sample \(index): "
                + mismatch(
                    "a label from \(firstLabel) to \(limit - 1)\(source)", "\(labels[index])"))
    }

    private func samples(
        _ imagePath: String, _ labels: [UInt8], labelPath: String
    ) throws(DataError) -> (DecodedDataset.Samples, shape: [Int]) {
        let images = try IDX(path: imagePath, rank: 3, canHaveMore: true)
        var shape = Array(images.dimensions.dropFirst())
        if shape.count == 2 { shape.append(1) }
        guard DatasetHeader.isPossible(shape: shape) else {
            throw .damaged(
                path: imagePath,
                reason: mismatch(
                    "images of at most \(DatasetHeader.maximumFeatures.grouped) pixels",
                    "\(shape[0]) x \(shape[1])"))
        }
        guard images.dimensions[0] == labels.count else {
            throw .damaged(
                path: imagePath,
                reason: mismatch(
                    "\(labels.count.grouped) images, as labels in \(labelPath)",
                    images.dimensions[0].grouped))
        }
        var pixels = images.bytes
        if isTransposed {
            pixels = AxisOrder.transposed(
                pixels, shape: [labels.count] + shape, axes: [0, 2, 1, 3])
            shape.swapAt(0, 1)
        }
        let samples = DecodedDataset.Samples(
            features: .bytes(pixels), labels: labels.map(Int32.init))
        return (samples, shape)
    }

    /// Warns about files that exist twice.
    func fileNotes() -> [DataNote] {
        let chosen = (try? paths()) ?? []
        return zip(chosen, names).flatMap { path, name in
            let others = candidates(name).filter { $0 != path && FileTwins.isThere($0) }
            return others.flatMap { other in
                other == FileTwins.twin(of: path)
                    ? FileTwins.notes(path)
                    : [
                        DataNote(
                            "twins", path,
                            mismatch(
                                "one file of this part", "also \(other)",
                                "only this file is read; remove the other one"))
                    ]
            }
        }
    }

    private func candidates(_ name: (part: String, kind: String)) -> [String] {
        // Images with channels have the number 4 in their name, if the writer cared.
        let kinds = name.kind == "idx3-ubyte" ? [name.kind, "idx4-ubyte"] : [name.kind]
        return kinds.flatMap { kind in
            ["-", "."].flatMap { middle in
                [".gz", ""].map { "\(folder)/\(name.part)\(middle)\(kind)\($0)" }
            }
        }
    }

    /// Returns the paths of the four files, each with or without `.gz`, and with a dash or a dot
    /// in the middle.
    private func paths() throws(DataError) -> [String] {
        var paths: [String] = []
        var missing: [String] = []
        for name in names {
            // If the file may exist, opening it reports why it cannot be read.
            let found = candidates(name).first { access($0, F_OK) == 0 || errno == EACCES }
            if let found {
                paths.append(found)
            } else {
                missing.append("\(name.part)-\(name.kind).gz")
            }
        }
        if missing.count == names.count {
            throw .notInstalled(dataset: name, folder: folder, remedy: remedy)
        }
        if let file = missing.first {
            throw .missingFile(dataset: name, folder: folder, name: file, remedy: remedy)
        }
        return paths
    }
}

/// A data source whose samples are in the four IDX files of one folder.
protocol IDXSource: DataSource {
    /// The folder with its files.
    var images: IDXFolder { get }
}

extension IDXSource {
    package var usesSeed: Bool { false }

    package func addFacts(to facts: inout KeyFacts) throws(DataError) {
        try images.addFacts(to: &facts)
    }

    package func decode(seed: UInt64) throws(DataError) -> DecodedDataset { try images.decode() }

    package var files: [String] { [images.folder] }

    package func fileNotes() -> [DataNote] { images.fileNotes() }
}
