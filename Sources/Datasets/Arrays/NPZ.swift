import Settings

/// Arrays of a NumPy archive (.npz): features, labels or numbers to predict, and owners.
///
/// A sample has the shape of the array behind its first axis; a height and a width become one
/// channel. Unsigned bytes are pixels, which count 1/255 each, unless `bytes: numbers`. Test
/// samples are arrays of the archive, another archive, or drawn.
///
/// - Stream of purpose `.data`: (client 0) draws the test samples, see `TestShare`.
package struct NPZ: DataSource {
    package static let algorithm = Algorithm("npz", revision: 1)
    /// What a scenario says of the archive.
    package struct Reading: Sendable {
        package var file = ""
        /// The path of the test samples; empty if there is none.
        package var testFile = ""
        package var test = TestShare()
        package var names = NPZNames()
        /// The shape of a sample; empty for that of the array.
        package var shape: [Int] = []
        package var channelsFirst = false
        package var bytesArePixels = true
        package var predictsNumbers = false
        package var standardizes = false
        package var standardizesTarget = true

        package init(file: String) { self.file = file }
    }

    private let reading: Reading

    package init(_ reading: Reading) { self.reading = reading }

    init(_ settings: Settings) {
        var reading = Reading(file: settings.requiredPath("file", "the archive (.npz)"))
        reading.testFile = settings.filePath(
            "test_file", default: "", "an archive of test samples")
        reading.test = TestShare(settings, beside: ("test_file", reading.testFile))
        reading.names = NPZNames(settings)
        reading.shape = settings.integers(
            "shape", default: [], in: .between(1, DatasetHeader.maximumFeatures),
            "shape of a sample, such as [28, 28, 1]; that of the array if not given")
        reading.channelsFirst = settings.choice(
            "channels", of: ["last": false, "first": true], default: "last",
            "where the channels of an image are; first as in PyTorch")
        reading.bytesArePixels = settings.choice(
            "bytes", of: ["pixels": true, "numbers": false], default: "pixels",
            "how unsigned bytes count: 1/255 each, or as they are")
        reading.predictsNumbers = NumberLabels.Prediction(settings) == .numbers
        reading.standardizes = settings.flag(
            "standardize", default: false, "bring features to mean 0 and deviation 1")
        reading.standardizesTarget = settings.flag(
            "standardize_target", default: true, "bring numbers to predict there")
        self.init(reading)
    }

    package var usesSeed: Bool { reading.testFile.isEmpty }
    package var files: [String] { [reading.file, reading.testFile] }

    package func addFacts(to facts: inout KeyFacts) throws(DataError) {
        try facts.add("file", contentOf: reading.file)
        try facts.add("test_file", contentOf: reading.testFile)
        reading.test.addFacts(to: &facts)
        reading.names.addFacts(to: &facts)
        facts.add("test_is_given", reading.test.isGiven)
        facts.add("shape", reading.shape)
        facts.add("channels_first", reading.channelsFirst)
        facts.add("pixels", reading.bytesArePixels)
        facts.add("numbers", reading.predictsNumbers)
        facts.add("standardize", reading.standardizes)
        facts.add("standardize_target", reading.standardizesTarget)
    }

    package func decode(seed: UInt64) throws(DataError) -> DecodedDataset {
        var notes: [DataNote] = []
        let (train, test, isSeparate) = try parts(seed: seed, &notes)
        guard train.shape == test.shape, train.targetWidth == test.targetWidth else {
            throw .damaged(
                path: test.place,
                reason: mismatch(
                    "samples of shape \(train.shape) and \(train.targetWidth) to predict, as for "
                        + "training", "\(test.shape) and \(test.targetWidth)"))
        }
        guard train.features.element == test.features.element else {
            throw .damaged(
                path: test.place,
                reason: mismatch(
                    "the kind of numbers of the training samples", "another kind",
                    "save both as uint8, or both as float32"))
        }
        let features = try self.features(train, test)
        var owners: DecodedDataset.Owners?
        if let clients = train.clients?.texts {
            let categories = Categories(clients, areSpellingsDistinct: true)
            owners = DecodedDataset.Owners(
                kind: "clients", names: categories.names,
                ofTrain: clients.map { categories.number(of: $0) ?? 0 })
        }
        notes += train.notes
        if train.features == test.features {
            notes.append(.sameImages(reading.file, "name the test samples in data.dataset.x_test"))
        }
        return try dataset(train, test, isSeparate, features, owners, notes)
    }

    private func parts(
        seed: UInt64, _ notes: inout [DataNote]
    ) throws(DataError) -> (train: NPZPart, test: NPZPart, isSeparate: Bool) {
        let archive = try NPZArchive(path: reading.file)
        let own = try reading.names.train(archive)
        let all = try NPZPart(archive, own, reading, file: reading.file)
        let tests = try reading.names.test(archive)
        let used = [own.x, own.y, own.client, tests?.x, tests?.y]
        let unread = archive.names.filter { !used.contains($0) }
        if !unread.isEmpty {
            notes.append(
                DataNote(
                    "arrays", reading.file, "these arrays are not read: \(listed(unread))",
                    severity: .information))
        }
        if !reading.testFile.isEmpty {
            if let tests {
                throw .damaged(
                    path: reading.file,
                    reason: mismatch(
                        "no test samples beside data.dataset.test_file", "the array \(tests.x)",
                        "remove the key, or the array"))
            }
            let other = try NPZArchive(path: reading.testFile)
            let test = try NPZPart(
                other, reading.names.alone(other), reading, file: reading.testFile)
            return (all, test, true)
        }
        if let names = tests {
            guard !reading.test.isGiven else {
                throw .damaged(
                    path: reading.file,
                    reason: mismatch(
                        "no test samples beside data.dataset.test_fraction and test_samples",
                        "the array \(names.x)", "remove the key, or the array"))
            }
            return (all, try NPZPart(archive, names, reading, file: reading.file), true)
        }
        let split = try reading.test.split(all.count, seed: seed, path: reading.file, &notes)
        return (all.part(split.train), all.part(split.test), false)
    }

    private func features(
        _ train: NPZPart, _ test: NPZPart
    ) throws(DataError) -> (train: DecodedDataset.Features, test: DecodedDataset.Features) {
        guard reading.standardizes else { return (train.features, test.features) }
        let (first, second) = (train.features.doubles, test.features.doubles)
        let scale = Standardization(fitting: first, width: train.shape.reduce(1, *))
        let scaled = scale.apply(to: second).map { Float($0) }
        guard scaled.allSatisfy(\.isFinite) else {
            throw .damaged(
                path: test.place,
                reason: mismatch(
                    "values near those of the training samples",
                    "one that overflows when standardised",
                    "correct it or set data.dataset.standardize: false"))
        }
        return (.floats(scale.apply(to: first).map { Float($0) }), .floats(scaled))
    }

    private func dataset(
        _ train: NPZPart, _ test: NPZPart, _ isSeparate: Bool,
        _ features: (train: DecodedDataset.Features, test: DecodedDataset.Features),
        _ owners: DecodedDataset.Owners?, _ notes: [DataNote]
    ) throws(DataError) -> DecodedDataset {
        func kept(_ more: [DataNote]) -> [DataNote] {
            (notes + more).map { $0.withoutPaths(files) }
        }
        switch (train.targets, test.targets) {
        case (.numbers(let first), .numbers(let second)) where reading.predictsNumbers:
            let (numbers, others, scale) = try NumberTargets.scaled(
                first, second, width: train.targetWidth,
                standardizes: reading.standardizesTarget, path: reading.file)
            return DecodedDataset(
                sampleShape: train.shape, target: .numbers, targetWidth: train.targetWidth,
                targetScale: scale, owners: owners, notes: kept([]),
                train: DecodedDataset.Samples(features: features.train, targets: .numbers(numbers)),
                test: DecodedDataset.Samples(features: features.test, targets: .numbers(others)))
        case (.numbers(let first), .numbers(let second)):
            let labels = try NumberLabels(
                train: first, test: second, isSeparate: isSeparate, path: reading.file
            ) { isTest, sample in "\((isTest ? test : train).targetPlace), sample \(sample)" }
            return DecodedDataset(
                sampleShape: train.shape, classes: labels.names.count,
                train: DecodedDataset.Samples(features: features.train, labels: labels.train),
                test: DecodedDataset.Samples(features: features.test, labels: labels.test),
                owners: owners, classNames: labels.names, notes: kept(labels.notes))
        case (let first, let second):
            let labels = try TextLabels(
                first.texts, second.texts, isSeparate: isSeparate, path: reading.file)
            return DecodedDataset(
                sampleShape: train.shape, classes: labels.names.count,
                train: DecodedDataset.Samples(features: features.train, labels: labels.train),
                test: DecodedDataset.Samples(features: features.test, labels: labels.test),
                owners: owners, classNames: labels.names, notes: kept(labels.notes))
        }
    }
}

extension DecodedDataset.Features {
    /// The stored values as doubles, without the scale of pixels.
    fileprivate var doubles: [Double] {
        switch self {
        case .bytes(let values), .symbols(let values): values.map(Double.init)
        case .wideSymbols(let values): values.map(Double.init)
        case .floats(let values): values.map(Double.init)
        }
    }
}
