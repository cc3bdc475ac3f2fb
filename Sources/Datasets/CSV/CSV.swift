import RandomStreams
import Settings

/// A text file of numbers, one sample a line, packed with gzip or not: for classification or, with
/// `target`, for regression. Several files of the same columns make one table.
///
/// Columns are named as in the header or by their numbers: from 0, or from -1 at the end. All
/// columns that have no other part are features, but for an index (see `CSVIndexColumns`). They
/// must be finite numbers. Labels and clients may be any text that does not stand for a missing
/// value (see `MissingValues`). They are numbered in order (see `Categories`). Labels that are
/// equal numbers are one class. Clients are different if they are written differently.
///
/// Test rows are those of `test_file`; or round(test_fraction n) rows drawn by the data's seed;
/// or, with `order`, the last ones of a given order. Features and targets are standardised with
/// mean and deviation of the training rows. Several targets are each divided by their own
/// deviation, so errors are in deviations. With one target, errors can be reported in its unit.
///
/// - Stream of purpose `.data`: (client 0) draws the test rows.
package struct CSV: DataSource {
    package static let algorithm = Algorithm("csv", revision: 3)
    /// What a scenario says of the file.
    package struct Reading: Sendable {
        /// A path, or a pattern of the shell for several files.
        package var file = ""
        /// The path or pattern of the test rows; empty if there is none.
        package var testFile = ""
        /// The path of the order of the rows; empty if there is none.
        package var order = ""
        package var testFraction = 0.2
        package var testSamples: Int?
        var separator = CSVTable.Separator.auto
        package var header = CSVTable.Header.auto
        package var label: String?
        package var targets: [String] = []
        package var client: String?
        /// Whether the files own their rows.
        package var ownersAreFiles = false
        /// The columns whose values become features of 0 and 1.
        package var oneHot: [String] = []
        package var ignored: [String] = []
        package var standardizes = true
        package var standardizesTarget = true
        package var missing = MissingValues.Policy.refuse
        package var keepsIndexColumn = false

        package init(file: String) { self.file = file }
    }

    let reading: Reading
    /// The most numbers of training rows or test rows.
    static let largestPart = 1 << 30

    package init(_ reading: Reading) { self.reading = reading }

    private var drawsTestRows: Bool { reading.testFile.isEmpty && reading.order.isEmpty }
    package var usesSeed: Bool { drawsTestRows }

    package func addFacts(to facts: inout KeyFacts) throws(DataError) {
        // The name of a single file is in the data only if files are owners.
        let namesFiles = reading.ownersAreFiles
        try facts.add("file", contentOfAll: reading.file, named: namesFiles)
        try facts.add("test_file", contentOfAll: reading.testFile, named: namesFiles)
        try facts.add("order", contentOf: reading.order)
        facts.add("test_fraction", reading.testFraction)
        facts.add("test_samples", reading.testSamples)
        facts.add("separator", reading.separator.rawValue)
        facts.add("header", reading.header.rawValue)
        facts.add("label", reading.label)
        facts.add("target", reading.targets)
        facts.add("client", reading.client)
        facts.add("ignore", reading.ignored)
        facts.add("standardize", reading.standardizes)
        facts.add("standardize_target", reading.standardizesTarget)
        facts.add("missing", reading.missing.rawValue)
        facts.add("keeps_index_column", reading.keepsIndexColumn)
        // Only if given: tables without them keep their keys.
        if !reading.oneHot.isEmpty { facts.add("one_hot", reading.oneHot) }
        if namesFiles { facts.add("owners", "files") }
    }

    package func decode(seed: UInt64) throws(DataError) -> DecodedDataset {
        var table = try self.table(reading.file)
        let columns = try CSVColumns(table, reading)
        table.targets = columns.targets
        var notes = columns.notes
        notes += try table.leaveOutRows(columns, reading.missing)
        let (train, test) = try parts(table, columns, seed: seed, &notes)
        let features = try CSVFeatures(train, test, columns, reading)
        notes += features.notes
        let keepsWords = reading.missing == .keep
        var owners: DecodedDataset.Owners?
        if reading.ownersAreFiles {
            owners = table.files.owners(of: train.rows)
        }
        if let column = columns.client {
            let found = try CSVOwners(train, column, keepsWords: keepsWords)
            owners = found.owners
            notes += found.notes
        }
        notes.insert(table.summary(columns, width: features.width), at: 0)
        let files = self.files
        func kept(_ more: [DataNote]) -> [DataNote] {
            (notes + more).map { $0.withoutPaths(files) }
        }
        let shape = [features.width]
        switch columns.target {
        case .label(let column):
            let labels = try CSVLabels(
                train, test, column, isChosen: reading.label != nil,
                hasTestFile: !reading.testFile.isEmpty, keepsWords: keepsWords)
            let leaks = CSVLeaks(train, columns.features, ofWords: columns.ofWords)
                .notes(labels: labels.train)
            return DecodedDataset(
                sampleShape: shape, classes: labels.names.count,
                train: DecodedDataset.Samples(
                    features: .floats(features.train), labels: labels.train),
                test: DecodedDataset.Samples(features: .floats(features.test), labels: labels.test),
                owners: owners, classNames: labels.names, notes: kept(labels.notes + leaks))
        case .numbers(let targets):
            let values = try CSVNumbers(
                train, test, targets, standardized: reading.standardizesTarget)
            let leaks = CSVLeaks(train, features.columnsOfNumbers).notes(
                features: features.numbers, targets: values.train, targets)
            return DecodedDataset(
                sampleShape: shape, target: .numbers, targetWidth: targets.count,
                targetScale: targets.count == 1 ? values.deviations.first ?? 1 : 1,
                owners: owners, notes: kept(leaks),
                train: DecodedDataset.Samples(
                    features: .floats(features.train), targets: .numbers(values.train)),
                test: DecodedDataset.Samples(
                    features: .floats(features.test), targets: .numbers(values.test)))
        }
    }

    /// The paths and patterns, and the files of the patterns.
    package var files: [String] {
        [reading.file, reading.testFile]
            + [reading.file, reading.testFile].filter(TextPaths.isPattern).flatMap {
                (try? TextPaths($0))?.paths ?? []
            }
    }

    package func fileNotes() -> [DataNote] {
        [reading.file, reading.testFile].filter { !$0.isEmpty }.flatMap(FileTwins.notes(pattern:))
    }

    private func table(_ path: String) throws(DataError) -> CSVTable {
        try CSVTable(pattern: path, separator: reading.separator, header: reading.header)
    }

    private func parts(
        _ table: CSVTable, _ columns: CSVColumns, seed: UInt64, _ notes: inout [DataNote]
    ) throws(DataError) -> (CSVPart, CSVPart) {
        guard reading.testFile.isEmpty else {
            var test = try self.table(reading.testFile)
            if let difference = table.difference(to: test) {
                throw .damaged(
                    path: test.path,
                    reason: "\(difference); use the columns of \(table.path)")
            }
            notes += try test.leaveOutRows(columns, reading.missing)
            notes += CSVLeaks.notes(repeats: test, of: table)
            return (
                CSVPart(table: table, rows: Array(0..<table.rowCount)),
                CSVPart(table: test, rows: Array(0..<test.rowCount))
            )
        }
        let rows = table.rowCount
        let testCount =
            reading.testSamples ?? Int((reading.testFraction * Double(rows)).rounded())
        guard testCount < rows else {
            throw .damaged(
                path: table.path,
                reason: mismatch(
                    "fewer test rows than the \(rows.grouped) rows of the table",
                    testCount.grouped, "lower data.dataset.test_samples"))
        }
        if testCount == 0, reading.testSamples == nil, reading.testFraction > 0 {
            notes.append(
                DataNote(
                    "no test rows", table.path,
                    mismatch(
                        "a test row or more",
                        "none (test_fraction \(reading.testFraction) of \(counted(rows, "row")))",
                        "the global model is never tested; set data.dataset.test_samples")))
        }
        let split =
            reading.order.isEmpty
            ? CSVSplit(rows: rows, testCount: testCount, key: RandomKey(seed: seed, .data))
            : try CSVSplit(table, testCount: testCount, orderFile: reading.order)
        return (CSVPart(table: table, rows: split.train), CSVPart(table: table, rows: split.test))
    }
}
