import Bytes
import Settings

/// A text in the format of SVMlight and LIBSVM, packed with gzip or not. It becomes a full table:
/// the columns that a row does not have are 0.
///
/// The number of features is the largest column of all parts, or `features`. Columns are counted
/// from 1, unless a row of any part has a column 0 or `first_column` says it. Labels are classes in
/// the order of the numbers, or numbers to predict. With `owners: qid` the queries of a ranking own
/// their rows, and with `owners: files` the files of a pattern do.
///
/// - Stream of purpose `.data`: (client 0) draws the test rows, see `TestShare`.
package struct SVMLight: DataSource {
    package static let algorithm = Algorithm("svmlight", revision: 1)
    /// The number of the first column in a file.
    package enum FirstColumn: UInt64, Sendable {
        case zero
        case one
        /// 0 if a row has a column 0, else 1.
        case auto
    }
    /// The owners of the rows.
    package enum Owners: String, Sendable {
        case none
        /// The queries of a ranking.
        case queries = "qid"
        /// The files that a pattern names.
        case files
    }
    /// What a scenario says of the file.
    package struct Reading: Sendable {
        /// A path, or a pattern of the shell for several files.
        package var file = ""
        /// The path of the test rows; empty if there is none.
        package var testFile = ""
        package var test = TestShare()
        package var features: Int?
        package var firstColumn = FirstColumn.auto
        package var predictsNumbers = false
        package var owners = Owners.none
        package var standardizes = false
        package var standardizesTarget = true

        package init(file: String) { self.file = file }
    }

    private let reading: Reading
    private static let largestPart = 1 << 30
    /// The numbers that any file may have, also if nearly all are zeros.
    private static let smallPart = 1 << 22
    /// The most numbers for each value of a file, in larger parts.
    private static let largestRatio = 1 << 12

    package init(_ reading: Reading) { self.reading = reading }

    init(_ settings: Settings) {
        var reading = Reading(
            file: settings.requiredPath(
                "file", listAdvice: "use a pattern such as clients/*.svm",
                "the text, packed with gzip or not; a pattern such as clients/*.svm for several"))
        reading.testFile = settings.filePath(
            "test_file", default: "",
            "a text of the same columns, all for testing; a pattern for several")
        reading.test = TestShare(settings, beside: ("test_file", reading.testFile))
        reading.firstColumn = settings.choice(
            "first_column", of: ["auto": FirstColumn.auto, "0": .zero, "1": .one], default: "auto",
            "number of the first column; auto: 0 if a row has a column 0, else 1")
        reading.features = settings.optionalInteger(
            "features", in: .between(1, DatasetHeader.maximumFeatures),
            "number of features; the largest column of all parts if not given")
        reading.predictsNumbers = NumberLabels.Prediction(settings) == .numbers
        reading.owners = settings.choice(
            "owners", of: ["none": Owners.none, "qid": .queries, "files": .files],
            default: "none", "whose the rows are: of their query (qid), or of their file")
        reading.standardizes = settings.flag(
            "standardize", default: false, "bring features to mean 0 and deviation 1")
        reading.standardizesTarget = settings.flag(
            "standardize_target", default: true, "bring numbers to predict there")
        self.init(reading)
    }

    package var usesSeed: Bool { reading.testFile.isEmpty }
    package var files: [String] { [reading.file, reading.testFile] }

    package func fileNotes() -> [DataNote] {
        files.filter { !$0.isEmpty }.flatMap(FileTwins.notes(pattern:))
    }

    package func addFacts(to facts: inout KeyFacts) throws(DataError) {
        for (name, pattern) in [("file", reading.file), ("test_file", reading.testFile)] {
            // The name of a single file is in the data only if files are owners.
            try facts.add(name, contentOfAll: pattern, named: reading.owners == .files)
        }
        reading.test.addFacts(to: &facts)
        facts.add("features", reading.features)
        facts.add("first_column", reading.firstColumn.rawValue)
        facts.add("numbers", reading.predictsNumbers)
        facts.add("qid", reading.owners == .queries)
        facts.add("standardize", reading.standardizes)
        facts.add("standardize_target", reading.standardizesTarget)
    }

    package func decode(seed: UInt64) throws(DataError) -> DecodedDataset {
        let text = try SVMLightText(pattern: reading.file)
        let other =
            reading.testFile.isEmpty ? nil : try SVMLightText(pattern: reading.testFile)
        var notes: [DataNote] = []
        let columns = try SVMLightColumns(text, other, reading, &notes)
        let train: SVMLightPart
        let test: SVMLightPart
        if let other {
            train = SVMLightPart(text: text, rows: Array(0..<text.rowCount))
            test = SVMLightPart(text: other, rows: Array(0..<other.rowCount))
        } else {
            let split = try reading.test.split(
                text.rowCount, seed: seed, path: text.path, &notes)
            train = SVMLightPart(text: text, rows: split.train)
            test = SVMLightPart(text: text, rows: split.test)
        }
        for part in [train, test] { try check(part, columns) }
        var owners: DecodedDataset.Owners?
        switch reading.owners {
        case .none: break
        case .queries: owners = try train.owners()
        case .files: owners = text.files.owners(of: train.rows)
        }
        let features = try self.features(train, test, columns)
        return try dataset(train, test, features, columns, owners, notes)
    }

    /// Refuses full rows that would be too large, or that would be nearly all zeros.
    private func check(_ part: SVMLightPart, _ columns: SVMLightColumns) throws(DataError) {
        let (rows, values) = (part.rows.count, part.text.values.count)
        let most = max(Self.smallPart, min(Self.largestPart, values * Self.largestRatio))
        guard rows > most / columns.count else { return }
        throw .damaged(
            path: part.text.path,
            reason: mismatch(
                "at most \(most.grouped) numbers"
                    + (most < Self.largestPart ? " for \(counted(values, "value"))" : ""),
                "\(counted(rows, "row")) of \(columns.count.grouped) columns",
                "each row is kept in full; use fewer rows or columns"
                    + (part.text.range.map {
                        " (\(part.text.place($0.largestRow)) has column \($0.largest.grouped))"
                    } ?? "")))
    }

    private func features(
        _ train: SVMLightPart, _ test: SVMLightPart, _ columns: SVMLightColumns
    ) throws(DataError) -> (train: [Float], test: [Float]) {
        let (first, second) = (train.features(columns), test.features(columns))
        guard reading.standardizes else { return (first, second) }
        let scale = Standardization(fitting: first.map(Double.init), width: columns.count)
        let scaled = scale.apply(to: second.map(Double.init)).map { Float($0) }
        if let index = scaled.firstIndex(where: { !$0.isFinite }) {
            throw .damaged(
                path: test.place(index / columns.count),
                reason: "column \(index % columns.count + columns.first): "
                    + mismatch(
                        "a value near those of the training rows",
                        "one that overflows when standardised",
                        "correct it or set data.dataset.standardize: false"))
        }
        return (scale.apply(to: first.map(Double.init)).map { Float($0) }, scaled)
    }

    private func dataset(
        _ train: SVMLightPart, _ test: SVMLightPart, _ features: (train: [Float], test: [Float]),
        _ columns: SVMLightColumns, _ owners: DecodedDataset.Owners?, _ notes: [DataNote]
    ) throws(DataError) -> DecodedDataset {
        func kept(_ more: [DataNote]) -> [DataNote] {
            (notes + more).map { $0.withoutPaths(files) }
        }
        if reading.predictsNumbers {
            let (first, second, scale) = try NumberTargets.scaled(
                train.labels, test.labels, width: 1, standardizes: reading.standardizesTarget,
                path: train.text.path)
            return DecodedDataset(
                sampleShape: [columns.count], target: .numbers, targetScale: scale, owners: owners,
                notes: kept([]),
                train: DecodedDataset.Samples(
                    features: .floats(features.train), targets: .numbers(first)),
                test: DecodedDataset.Samples(
                    features: .floats(features.test), targets: .numbers(second)))
        }
        let labels = try NumberLabels(
            train: train.labels, test: test.labels, isSeparate: !reading.testFile.isEmpty,
            path: train.text.path
        ) { isTest, sample in (isTest ? test : train).place(sample) }
        return DecodedDataset(
            sampleShape: [columns.count], classes: labels.names.count,
            train: DecodedDataset.Samples(features: .floats(features.train), labels: labels.train),
            test: DecodedDataset.Samples(features: .floats(features.test), labels: labels.test),
            owners: owners, classNames: labels.names, notes: kept(labels.notes))
    }
}
