import Settings

/// Any data set in MNIST's layout: grey images of one size in four IDX files with MNIST's names,
/// packed with gzip or not. MNIST itself, KMNIST, EMNIST, ...
///
/// There are as many classes as the largest label of the training part says. Pixels are kept as
/// bytes and count 1/255 each.
///
/// - Source of the format: LeCun, Cortes, Burges, "The MNIST database of handwritten digits".
package struct MNISTIDX: DataSource {
    package static let algorithm = Algorithm("mnist_idx", revision: 1)
    private let files: IDXFolder

    init(_ settings: Settings) {
        self.init(
            folder: settings.requiredPath(
                "folder",
                "folder of train-images-idx3-ubyte, train-labels-idx1-ubyte, "
                    + "t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte, with or without .gz"))
    }

    package init(folder: String) {
        files = IDXFolder(
            name: "the data set", folder: folder,
            remedy: "name the folder of train-images-idx3-ubyte, train-labels-idx1-ubyte, "
                + "t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte (each with or without .gz) in "
                + "data.dataset.folder", classes: nil)
    }

    package var usesSeed: Bool { false }

    package func addFacts(to facts: inout KeyFacts) throws(DataError) {
        try files.addFacts(to: &facts)
    }

    package func decode(seed: UInt64) throws(DataError) -> DecodedDataset { try files.decode() }
}
