import Settings

/// EMNIST: handwritten digits and letters of 28 x 28 grey pixels, in IDX files with EMNIST's own
/// names (`emnist-letters-train-images-idx3-ubyte`, packed with gzip or not).
///
/// The files have each image with rows and columns exchanged; here images are upright, as MNIST's,
/// unless `orientation: stored`. The labels of `letters` are 1 to 26 and become the classes 0 to
/// 25, A to Z. Class names are the characters.
///
/// - Source: Cohen, Afshar, Tapson, van Schaik 2017, "EMNIST: an extension of MNIST to handwritten
///   letters", arXiv 1702.05373.
package struct EMNIST: IDXSource {
    package static let algorithm = Algorithm("emnist", revision: 1)
    /// One of the six data sets.
    package enum Split: String, Sendable {
        case balanced
        case byclass
        case bymerge
        case letters
        case digits
        case mnist

        /// The names of the classes in the order of their labels.
        var classNames: [String] {
            let digits = (0...9).map(String.init)
            let capitals = "ABCDEFGHIJKLMNOPQRSTUVWXYZ".map { String($0) }
            return switch self {
            // Small letters that are written as the capital are one class with it.
            case .balanced, .bymerge: digits + capitals + "abdefghnqrt".map { String($0) }
            case .byclass: digits + capitals + capitals.map { $0.lowercased() }
            case .letters: capitals
            case .digits, .mnist: digits
            }
        }
    }

    let images: IDXFolder

    init(_ settings: Settings) {
        self.init(
            folder: settings.requiredPath(
                "folder", "folder of emnist-SPLIT-train-images-idx3-ubyte and the other three files"
            ),
            split: settings.choice(
                "split",
                of: [
                    "balanced": Split.balanced, "byclass": .byclass, "bymerge": .bymerge,
                    "letters": .letters, "digits": .digits, "mnist": .mnist,
                ], default: "balanced", "which of EMNIST's six data sets is read"),
            isUpright: settings.choice(
                "orientation", of: ["upright": true, "stored": false], default: "upright",
                "images as they were written, or with rows and columns exchanged as in the files"))
    }

    package init(folder: String, split: Split, isUpright: Bool = true) {
        let start = "emnist-\(split.rawValue)"
        images = IDXFolder(
            name: "EMNIST (\(split.rawValue))", folder: folder,
            remedy: "unpack gzip.zip of www.nist.gov/itl/products-and-services/emnist-dataset and "
                + "name the folder of its files \(start)-... in data.dataset.folder",
            classNames: split.classNames, firstLabel: split == .letters ? 1 : 0,
            isTransposed: isUpright, trainName: "\(start)-train", testName: "\(start)-test")
    }
}
