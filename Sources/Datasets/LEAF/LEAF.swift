import Glibc
import Settings

/// A data set in the JSON files of LEAF: FEMNIST, Synthetic and Shakespeare, for example.
///
/// The files of `train/` and `test/` are read in the order of their names, and nothing else of the
/// folder. They may be packed with gzip. Users are the owners of their training samples, in the
/// order of the files. All test samples together are the test part. Labels that are numbers are
/// classes in the order of the numbers. In texts each character is a symbol, and the label is the
/// next character; the vocabulary has the most frequent characters of the training texts.
///
/// - Source: Caldas et al. 2018, arXiv 1812.01097; github.com/TalwalkarLab/leaf.
package struct LEAF: DataSource {
    package static let algorithm = Algorithm("leaf", revision: 1)
    private let folder: String
    private let shape: [Int]
    private let vocabulary: Int
    private static let remedy =
        "name the folder of train/ and test/, which LEAF's preprocess.sh makes in data/, in "
        + "data.dataset.folder"

    init(_ settings: Settings) {
        folder = settings.requiredPath("folder", "the folder of train/*.json and test/*.json")
        shape = settings.integers(
            "shape", default: [], in: .between(1, DatasetHeader.maximumFeatures),
            "shape of a sample of numbers; FEMNIST's is [28, 28, 1]")
        vocabulary = settings.integer(
            "vocabulary", default: 80, in: .between(2, DatasetHeader.maximumVocabulary),
            "symbols of texts at most; rare characters share the last one")
    }

    package init(folder: String, shape: [Int] = [], vocabulary: Int = 80) {
        (self.folder, self.shape, self.vocabulary) = (folder, shape, vocabulary)
    }

    package var usesSeed: Bool { false }
    package var files: [String] { [folder] }

    package func addFacts(to facts: inout KeyFacts) throws(DataError) {
        facts.add("shape", shape)
        facts.add("vocabulary", vocabulary)
        let (train, test) = try paths()
        for path in train { try facts.add("train", contentOf: path) }
        for path in test { try facts.add("test", contentOf: path) }
    }

    package func fileNotes() -> [DataNote] {
        guard let (train, test) = try? paths() else { return [] }
        return (train + test).flatMap { FileTwins.notes($0) }
    }

    package func decode(seed: UInt64) throws(DataError) -> DecodedDataset {
        let (trainPaths, testPaths) = try paths()
        var characters = LEAFCharacters()
        var train = try LEAFPart(trainPaths, &characters)
        var test = try LEAFPart(testPaths, &characters)
        guard let width = train.width, !train.labels.isEmpty else {
            throw .damaged(
                path: "\(folder)/train", reason: mismatch("a training sample or more", "none"))
        }
        guard test.labels.isEmpty || test.width == width && test.isText == train.isText else {
            throw .damaged(
                path: testPaths[0],
                reason: mismatch(
                    "samples of \(width.grouped) \(train.isText ? "characters" : "numbers"), as "
                        + "for training", "others"))
        }
        guard train.hasTextLabels == train.isText,
            test.labels.isEmpty || test.hasTextLabels == train.isText
        else {
            throw .damaged(
                path: trainPaths[0],
                reason: train.isText
                    ? mismatch("labels that are characters, since samples are texts", "numbers")
                    : mismatch("labels that are numbers, since samples are numbers", "characters"))
        }
        let present = train.users.filter { $0.count > 0 }
        let owners = DecodedDataset.Owners(
            kind: "users", names: present.map(\.name),
            ofTrain: present.enumerated().flatMap { index, user in
                repeatElement(Int32(index), count: user.count)
            })
        var notes = self.notes(train, test)
        if train.isText {
            return texts(&train, &test, width, characters, owners, notes)
        }
        let labels = try NumberLabels(
            train: train.labels, test: test.labels, isSeparate: false, canBeNumbers: false,
            path: folder
        ) { isTest, sample in "\(folder)/\(isTest ? "test" : "train"), sample \(sample)" }
        notes += labels.notes
        guard shape.isEmpty || shape.reduce(1, *) == width else {
            throw .impossible(
                dataset: "leaf",
                reason: mismatch(
                    "samples of \(shape.reduce(1, *).grouped) numbers (data.dataset.shape is "
                        + "\(shape))", width.grouped))
        }
        return DecodedDataset(
            sampleShape: shape.isEmpty ? [width] : shape, classes: labels.names.count,
            train: DecodedDataset.Samples(features: .floats(train.numbers), labels: labels.train),
            test: DecodedDataset.Samples(features: .floats(test.numbers), labels: labels.test),
            owners: owners, classNames: labels.names, notes: notes.map { $0.withoutPaths(files) })
    }

    /// Makes the data set of texts: characters become symbols of the vocabulary.
    private func texts(
        _ train: inout LEAFPart, _ test: inout LEAFPart, _ width: Int,
        _ characters: LEAFCharacters, _ owners: DecodedDataset.Owners, _ notes: [DataNote]
    ) -> DecodedDataset {
        let (vocabulary, table) = characters.vocabulary(train.symbols, limit: vocabulary)
        func samples(_ part: inout LEAFPart) -> DecodedDataset.Samples {
            // In place, because a copy would need as much memory again.
            for index in part.symbols.indices {
                part.symbols[index] = table[Int(part.symbols[index])]
            }
            return DecodedDataset.Samples(
                features: .symbols(part.symbols), labels: part.labels.map { Int32(table[Int($0)]) })
        }
        return DecodedDataset(
            sampleShape: [width], target: .classes(vocabulary.count), vocabulary: vocabulary.count,
            owners: owners, classNames: vocabulary.characters.map { String($0) } + ["other"],
            notes: notes.map { $0.withoutPaths(files) }, train: samples(&train),
            test: samples(&test))
    }

    /// Returns what the user should know about the users of both parts.
    private func notes(_ train: LEAFPart, _ test: LEAFPart) -> [DataNote] {
        let names = Set(train.users.map(\.name))
        let new = test.users.count { !names.contains($0.name) }
        var notes: [DataNote] = []
        if test.labels.isEmpty {
            notes.append(
                DataNote(
                    "no test samples", folder,
                    mismatch("a test sample or more", "none", "the global model is never tested")))
        } else if new > 0 {
            notes.append(
                DataNote(
                    "users", folder,
                    "\(counted(new, "user")) of \(test.users.count.grouped) in test/ "
                        + "\(new == 1 ? "has" : "have") no training sample; LEAF's split was by "
                        + "user", severity: .information))
        }
        let empty = train.users.count { $0.count == 0 }
        if empty > 0 {
            notes.append(
                DataNote(
                    "empty users", folder,
                    "\(counted(empty, "user")) without a training sample "
                        + "\(empty == 1 ? "is" : "are") left out", severity: .information))
        }
        return notes
    }

    /// Returns the files of both parts, in the order of their names.
    private func paths() throws(DataError) -> (train: [String], test: [String]) {
        let roots = [folder, "\(folder)/data"]
        func exists(_ path: String) -> Bool { access(path, F_OK) == 0 || errno == EACCES }
        guard let root = roots.first(where: { exists("\($0)/train") || exists("\($0)/test") })
        else {
            throw .notInstalled(
                dataset: "LEAF's folders train and test", folder: folder, remedy: Self.remedy)
        }
        var parts: [[String]] = []
        for part in ["train", "test"] {
            guard exists("\(root)/\(part)") else {
                throw .missingFile(
                    dataset: "LEAF's data", folder: root, name: "\(part)/*.json",
                    remedy: Self.remedy)
            }
            let names = try FileTree.names(inFolder: "\(root)/\(part)")
            // Of a file and its packed version, the plain one is read.
            let files = names.filter { name in
                !name.hasPrefix(".")
                    && (name.hasSuffix(".json")
                        || name.hasSuffix(".json.gz") && !names.contains(FileTwins.twin(of: name)))
            }
            guard !files.isEmpty else {
                let packed = names.first { $0.hasSuffix(".gz") || $0.hasSuffix(".zip") }
                throw .missingFile(
                    dataset: "LEAF's data", folder: root, name: "\(part)/*.json",
                    remedy: packed.map { "unpack \($0)" } ?? Self.remedy)
            }
            parts.append(files.map { "\(root)/\(part)/\($0)" })
        }
        return (parts[0], parts[1])
    }
}
