public import Settings

/// The origin of a data set: files of others, or a generator.
///
/// A source only stores its settings when it is made. Its key is computed first. It decodes only
/// if no cache has that key.
public protocol DataSource: Sendable {
    /// The name and the revision of this source's rules.
    static var algorithm: Algorithm { get }
    /// Whether the seed changes the data.
    var usesSeed: Bool { get }
    /// Adds everything that the numbers depend on, except the seed: each setting, and the content
    /// of each file. Throws `DataError` if a file cannot be read.
    func addFacts(to facts: inout KeyFacts) throws(DataError)
    /// Reads the source files, or generates the samples. Throws `DataError` if a file is missing
    /// or damaged.
    func decode(seed: UInt64) throws(DataError) -> DecodedDataset
    /// Returns warnings about the files themselves, such as two of one name. They are made at
    /// each start, because the key of the content does not depend on them.
    func fileNotes() -> [DataNote]
    /// The files and folders that notes name, always in the same order; those that are not given
    /// are empty.
    var files: [String] { get }
}

extension DataSource {
    /// Returns nothing. By default, there are no warnings about files.
    public func fileNotes() -> [DataNote] { [] }

    /// By default, a source reads no files.
    public var files: [String] { [] }

    /// Returns all warnings and facts about the data set of this source.
    public func notes(of dataset: Dataset) -> [DataNote] {
        fileNotes() + dataset.notes.map { $0.withPaths(files) }
    }
}

extension DataSource {
    /// Returns a name of the content: equal keys, equal numbers. It is a legal file name of at
    /// most 64 letters, digits, `_` and `-`. Reads all files of the source.
    public func contentKey(seed: UInt64) throws(DataError) -> String {
        try facts(seed: seed).key(Self.algorithm.name)
    }

    /// Returns a text that differs for sources with different settings. Reads no file.
    public func settingsText(seed: UInt64) throws(DataError) -> String {
        try facts(seed: seed, readsFiles: false).text
    }

    /// Returns the facts whose digest is the key.
    package func facts(seed: UInt64, readsFiles: Bool = true) throws(DataError) -> KeyFacts {
        var facts = KeyFacts(
            "hyperfed data set \(DatasetHeader.version)", Self.algorithm, readsFiles: readsFiles)
        facts.add("seed", usesSeed ? seed : nil)
        try addFacts(to: &facts)
        return facts
    }
}

/// All data sets that a scenario can name.
public let dataSources: [Registered<any DataSource>] = [
    Registered("fashion_mnist", "60,000 grey images of clothes, 10 classes", FashionMNIST.init),
    Registered(
        "mnist_idx", "grey images in MNIST's four IDX files, from a folder", MNISTIDX.init),
    Registered(
        "cifar10", "60,000 coloured images in 10 classes, from a folder", CIFAR10.init),
    Registered("cifar100", "60,000 coloured images in 100 classes, from a folder", CIFAR100.init),
    Registered("emnist", "grey images of digits and letters, from a folder", EMNIST.init),
    Registered("images", "PNG and JPEG images, a folder for each class", ImageFolder.init),
    Registered("digits", "1,797 handwritten digits of 8 x 8 pixels, built in", Digits.init),
    Registered(
        "shakespeare", "next characters in a text, each role of a play an owner",
        Shakespeare.init),
    Registered(
        "text", "next words or characters in texts of your own, each file an owner",
        TextFiles.init),
    Registered("csv", "numbers in a text file: classes, or regression", CSV.init),
    Registered("svmlight", "sparse rows in LIBSVM's text format", SVMLight.init),
    Registered("leaf", "LEAF's JSON folders, each user an owner", LEAF.init),
    Registered("npz", "arrays x and y of a NumPy archive, such as Keras' mnist.npz", NPZ.init),
    Registered(
        "gaussian_clusters", "generated points around a centre per class", GaussianClusters.init),
    Registered(
        "synthetic", "generated Synthetic(alpha, beta): owners that differ by rule and features",
        Synthetic.init),
    Registered(
        "fcube", "generated points in a cube; with natural, four clients own two octants each",
        FCube.init),
]
