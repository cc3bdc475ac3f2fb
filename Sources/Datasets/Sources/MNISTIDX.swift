import Settings

/// Any data set in MNIST's layout: grey images of one size in four IDX files with MNIST's names,
/// packed with gzip or not. MNIST itself, KMNIST, EMNIST, ...
///
/// The classes are the labels from the smallest one to the largest one of the training part: those
/// of EMNIST's letters, 1 to 26, are classes 0 to 25. Pixels are kept as bytes and count 1/255
/// each.
///
/// - Source of the format: LeCun, Cortes, Burges, "The MNIST database of handwritten digits".
package struct MNISTIDX: IDXSource {
    package static let algorithm = Algorithm("mnist_idx", revision: 2)
    let images: IDXFolder

    init(_ settings: Settings) {
        self.init(
            folder: settings.requiredPath(
                "folder",
                "folder of train-images-idx3-ubyte, train-labels-idx1-ubyte, "
                    + "t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte, with or without .gz"))
    }

    package init(folder: String) {
        images = IDXFolder(
            name: "the data set", folder: folder,
            remedy: "name the folder of train-images-idx3-ubyte, train-labels-idx1-ubyte, "
                + "t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte (each with or without .gz) in "
                + "data.dataset.folder; files named emnist-... are read by "
                + "data.dataset.kind: emnist",
            classNames: nil)
    }
}
