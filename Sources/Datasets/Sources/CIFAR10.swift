import Glibc
import Settings

/// CIFAR-10 in its binary version: 50,000 training and 10,000 test images of 32 x 32 coloured
/// pixels, 10 classes.
///
/// Files `data_batch_1.bin` to `data_batch_5.bin` and `test_batch.bin`; those with the numbers 2 to
/// 5 may be missing, with a warning unless `batches` lists them. Each may have any
/// number of records, see `CIFARRecords`. Pixels are kept as bytes and count 1/255 each.
///
/// - Source: Krizhevsky 2009, "Learning multiple layers of features from tiny images";
///   www.cs.toronto.edu/~kriz/cifar.html.
package struct CIFAR10: DataSource {
    package static let algorithm = Algorithm("cifar10", revision: 2)
    private let folder: String
    /// The numbers of the batches; empty for those that are there.
    private let batches: [Int]
    private static let classNames = [
        "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck",
    ]
    private static let records = CIFARRecords(labels: 1, chosen: 0, classes: [10])
    private static let remedy =
        "unpack cifar-10-binary.tar.gz of www.cs.toronto.edu/~kriz/cifar.html and name the folder "
        + "of data_batch_1.bin and test_batch.bin in data.dataset.folder"

    init(_ settings: Settings) {
        folder = settings.requiredPath(
            "folder",
            "folder of data_batch_1.bin, further batches where there, and test_batch.bin")
        batches = settings.integers(
            "batches", default: [], in: .between(1, 5),
            "numbers of the data batches to read; those that are there if not given")
        if Set(batches).count < batches.count {
            settings.reject(
                "batches", expected: "each batch once", found: "one of them twice")
        }
    }

    package init(folder: String, batches: [Int] = []) {
        (self.folder, self.batches) = (folder, batches)
    }

    package var usesSeed: Bool { false }

    package func addFacts(to facts: inout KeyFacts) throws(DataError) {
        let (train, test) = try paths()
        facts.add("batches", batches.map(String.init))
        for path in train { try facts.add("train", contentOf: path) }
        try facts.add("test", contentOf: test)
    }

    package func decode(seed: UInt64) throws(DataError) -> DecodedDataset {
        let (trainPaths, testPath) = try paths()
        let train = try Self.records.samples(trainPaths)
        let test = try Self.records.samples([testPath])
        var notes = ClassCounts(names: Self.classNames, train: train.labels, test: test.labels)
            .notes(folder)
        if train.features == test.features {
            notes.append(.sameImages(folder, "add the correct test_batch.bin"))
        }
        return DecodedDataset(
            sampleShape: [32, 32, 3], classes: 10, train: train, test: test,
            classNames: Self.classNames, notes: notes.map { $0.withoutPaths(files) })
    }

    package var files: [String] { [folder] }

    package func fileNotes() -> [DataNote] {
        guard batches.isEmpty, let (train, _) = try? paths(), train.count < 5 else { return [] }
        let missing = (1...5).map { "data_batch_\($0).bin" }
            .filter { name in !train.contains { $0.hasSuffix("/\(name)") } }
        return [
            DataNote(
                "batches", folder,
                mismatch(
                    "5 data batches", "\(train.count) (\(listed(missing)) missing)",
                    "only these are read; add the files, or list the batches in "
                        + "data.dataset.batches"))
        ]
    }

    /// Returns the files that exist in this folder or in the folder that the archive makes.
    private func paths() throws(DataError) -> (train: [String], test: String) {
        let folders = [folder, "\(folder)/cifar-10-batches-bin"]
        func names(_ numbers: [Int]) -> [String] { numbers.map { "data_batch_\($0).bin" } }
        let all = names(Array(1...5))
        guard
            let found = folders.first(where: { folder in
                (all + ["test_batch.bin"]).contains { Self.exists("\(folder)/\($0)") }
            })
        else { throw missing }
        let needed = names(batches.isEmpty ? [1] : batches)
        for name in needed + ["test_batch.bin"] where !Self.exists("\(found)/\(name)") {
            throw .missingFile(
                dataset: "CIFAR-10", folder: found, name: name, remedy: Self.remedy)
        }
        let wanted = batches.isEmpty ? all : needed
        return (wanted.map { "\(found)/\($0)" }.filter(Self.exists), "\(found)/test_batch.bin")
    }

    /// There is none of the files; there may be those of another version.
    private var missing: DataError {
        let pickles = ["data_batch_1", "cifar-10-batches-py/data_batch_1"]
        guard pickles.contains(where: { Self.exists("\(folder)/\($0)") }) else {
            return .notInstalled(dataset: "CIFAR-10", folder: folder, remedy: Self.remedy)
        }
        return .notInstalled(
            dataset: "CIFAR-10 in its binary version", folder: folder,
            remedy: "the files there are those of the Python version; \(Self.remedy)")
    }

    // If the file may exist, opening it reports why it cannot be read.
    private static func exists(_ path: String) -> Bool {
        access(path, F_OK) == 0 || errno == EACCES
    }
}
