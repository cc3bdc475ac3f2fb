import Bytes
import Settings

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Fashion-MNIST: 60,000 training and 10,000 test images of 28 x 28 grey pixels, 10 classes.
///
/// Four IDX files, packed with gzip or not. Pixels are kept as bytes and count 1/255 each.
///
/// - Source: Xiao, Rasul, Vollgraf 2017, arXiv 1708.07747; Debian package dataset-fashion-mnist.
package struct FashionMNIST: DataSource {
    private let folder: String
    private static let classes = 10
    private static let remedy =
        "install it with 'apt-get install dataset-fashion-mnist', or name the folder of its four "
        + "IDX files in data.dataset.folder"
    private static let names = [
        "train-images-idx3-ubyte", "train-labels-idx1-ubyte",
        "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte",
    ]

    init(_ settings: Settings) {
        folder = settings.filePath(
            "folder", default: "/usr/share/datasets/fashion-mnist", "folder of the four IDX files")
    }

    package init(folder: String) { self.folder = folder }

    package var usesSeed: Bool { false }

    package func contentKey(seed: UInt64) throws(DataError) -> String {
        var hash = ContentHash()
        hash.add(UInt64(DatasetHeader.version))
        for path in try paths() {
            let file = try MappedFile(path: path)
            file.add(0..<file.count, to: &hash)
        }
        return CacheKey.make("fashion_mnist", hash)
    }

    package func decode(seed: UInt64) throws(DataError) -> DecodedDataset {
        let paths = try paths()
        let (train, shape) = try Self.samples(images: paths[0], labels: paths[1])
        let (test, testShape) = try Self.samples(images: paths[2], labels: paths[3])
        guard shape == testShape else {
            throw .damaged(
                path: paths[2],
                reason: "images of \(testShape[0]) x \(testShape[1]) pixels; the training images "
                    + "have \(shape[0]) x \(shape[1])")
        }
        return DecodedDataset(
            sampleShape: shape + [1], classes: Self.classes, train: train, test: test)
    }

    /// The four files, each with or without `.gz`.
    private func paths() throws(DataError) -> [String] {
        var paths: [String] = []
        var missing: [String] = []
        for name in Self.names {
            let candidates = ["\(folder)/\(name).gz", "\(folder)/\(name)"]
            // Any answer but "there is none" is left to the opening, which says why it can't.
            if let path = candidates.first(where: { access($0, F_OK) == 0 || errno == EACCES }) {
                paths.append(path)
            } else {
                missing.append("\(name).gz")
            }
        }
        if missing.count == Self.names.count {
            throw .notInstalled(dataset: "Fashion-MNIST", folder: folder, remedy: Self.remedy)
        }
        if let name = missing.first {
            throw .missingFile(
                dataset: "Fashion-MNIST", folder: folder, name: name, remedy: Self.remedy)
        }
        return paths
    }

    private static func samples(
        images imagePath: String, labels labelPath: String
    ) throws(DataError) -> (DecodedDataset.Samples, shape: [Int]) {
        // Labels first: they are small, and most mistakes show there.
        let labels = try IDX(path: labelPath, rank: 1)
        if let index = labels.bytes.firstIndex(where: { $0 >= classes }) {
            throw .damaged(
                path: labelPath,
                reason: "label \(labels.bytes[index]) of sample \(index) is not in 0..<\(classes)")
        }
        let images = try IDX(path: imagePath, rank: 3)
        let shape = Array(images.dimensions.dropFirst())
        guard DatasetHeader.isPossible(shape: shape) else {
            throw .damaged(path: imagePath, reason: "images of \(shape[0]) x \(shape[1]) pixels")
        }
        guard images.dimensions[0] == labels.bytes.count else {
            throw .damaged(
                path: imagePath,
                reason: "\(images.dimensions[0].grouped) images, but "
                    + "\(labels.bytes.count.grouped) labels in \(labelPath)")
        }
        let samples = DecodedDataset.Samples(
            features: .bytes(images.bytes), labels: labels.bytes.map(Int32.init))
        return (samples, shape)
    }
}
