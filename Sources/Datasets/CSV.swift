import RandomStreams
import Settings

/// A text file of numbers, one sample a line, packed with gzip or not: for classification or, with
/// `target`, for regression.
///
/// Columns are named as in the header or by their numbers: from 0, or from -1 at the end. All columns
/// that have no other part are features; they must be finite numbers. Labels and clients may be any
/// text but an empty one; they are numbered in order (see `Categories`). Labels that are equal numbers
/// are one class; clients are told apart as they are written.
///
/// Test rows are those of `test_file`; or round(test_fraction n) rows drawn by the data's seed; or,
/// with `order`, the last ones of a given order. Features and targets are standardised with mean and
/// deviation of the training rows. Several targets are each divided by their own deviation, so errors
/// stay in deviations; with one target they can be told in its unit.
///
/// - Stream of purpose `.data`: (client 0) draws the test rows.
package struct CSV: DataSource {
    package static let algorithm = Algorithm("csv", revision: 2)
    /// What a scenario says of the file.
    package struct Reading: Sendable {
        package var file = ""
        /// Empty for none.
        package var testFile = ""
        /// Empty for none.
        package var order = ""
        package var testFraction = 0.2
        package var testSamples: Int?
        var separator = CSVTable.Separator.auto
        var header = CSVTable.Header.auto
        package var label: String?
        package var targets: [String] = []
        package var client: String?
        package var ignored: [String] = []
        package var standardizes = true
        package var standardizesTarget = true

        package init(file: String) { self.file = file }
    }

    let reading: Reading
    private static let largestPart = 1 << 30
    private static let mostClasses = 1 << 16

    package init(_ reading: Reading) { self.reading = reading }

    private var drawsTestRows: Bool { reading.testFile.isEmpty && reading.order.isEmpty }
    package var usesSeed: Bool { drawsTestRows }

    package func addFacts(to facts: inout KeyFacts) throws(DataError) {
        try facts.add("file", contentOf: reading.file)
        try facts.add("test_file", contentOf: reading.testFile)
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
    }

    /// Some rows of a table.
    private struct Part {
        let table: CSVTable
        let rows: [Int]

        /// (rows, columns)
        func numbers(_ columns: [Int]) throws(DataError) -> [Double] {
            var numbers: [Double] = []
            numbers.reserveCapacity(rows.count * columns.count)
            for row in rows {
                for column in columns { numbers.append(try table.number(row, column)) }
            }
            return numbers
        }

        /// The names of classes or owners in a column.
        func categories(_ column: Int) throws(DataError) -> [String] {
            var texts: [String] = []
            texts.reserveCapacity(rows.count)
            for row in rows { texts.append(try table.category(row, column)) }
            return texts
        }
    }

    package func decode(seed: UInt64) throws(DataError) -> DecodedDataset {
        let table = try self.table(reading.file)
        let columns = try CSVColumns(
            table, label: reading.label, targets: reading.targets, client: reading.client,
            ignored: reading.ignored)
        let (train, test) = try parts(table, seed: seed)
        guard max(train.rows.count, test.rows.count) <= Self.largestPart / columns.features.count
        else {
            throw .damaged(
                path: table.path,
                reason: "more than the \(Self.largestPart.grouped) numbers that fit")
        }
        let features = try pair(
            train, test, columns.features, standardized: reading.standardizes)
        var owners: DecodedDataset.Owners?
        if let column = columns.client { owners = try self.owners(of: train, column) }
        let shape = [columns.features.count]
        switch columns.target {
        case .label(let column):
            let labels = try self.labels(train, test, column)
            return DecodedDataset(
                sampleShape: shape, classes: labels.classes,
                train: DecodedDataset.Samples(
                    features: .floats(features.train), labels: labels.train),
                test: DecodedDataset.Samples(features: .floats(features.test), labels: labels.test),
                owners: owners)
        case .numbers(let targets):
            let values = try pair(
                train, test, targets, standardized: reading.standardizesTarget)
            return DecodedDataset(
                sampleShape: shape, target: .numbers, targetWidth: targets.count,
                targetScale: targets.count == 1 ? values.deviations.first ?? 1 : 1,
                owners: owners,
                train: DecodedDataset.Samples(
                    features: .floats(features.train), targets: .numbers(values.train)),
                test: DecodedDataset.Samples(
                    features: .floats(features.test), targets: .numbers(values.test)))
        }
    }

    private func table(_ path: String) throws(DataError) -> CSVTable {
        try CSVTable(
            GzipFile.bytes(of: path), path: path, separator: reading.separator,
            header: reading.header)
    }

    private func parts(_ table: CSVTable, seed: UInt64) throws(DataError) -> (Part, Part) {
        guard reading.testFile.isEmpty else {
            let test = try self.table(reading.testFile)
            guard test.columnCount == table.columnCount, test.names == table.names else {
                throw .damaged(
                    path: test.path, reason: "its columns are not those of \(table.path)")
            }
            return (
                Part(table: table, rows: Array(0..<table.rowCount)),
                Part(table: test, rows: Array(0..<test.rowCount))
            )
        }
        let rows = table.rowCount
        let testCount =
            reading.testSamples ?? Int((reading.testFraction * Double(rows)).rounded())
        guard testCount < rows else {
            throw .damaged(
                path: table.path,
                reason: "\(testCount.grouped) of \(rows.grouped) rows for testing leave none for "
                    + "training")
        }
        let split =
            reading.order.isEmpty
            ? CSVSplit(rows: rows, testCount: testCount, key: RandomKey(seed: seed, .data))
            : try CSVSplit(table, testCount: testCount, orderFile: reading.order)
        return (Part(table: table, rows: split.train), Part(table: table, rows: split.test))
    }

    /// The numbers of some columns, (rows, columns), and what they were divided by.
    private func pair(
        _ train: Part, _ test: Part, _ columns: [Int], standardized: Bool
    ) throws(DataError) -> (train: [Float], test: [Float], deviations: [Double]) {
        var (first, second) = (try train.numbers(columns), try test.numbers(columns))
        var deviations = columns.map { _ in 1.0 }
        if standardized {
            let scale = Standardization(fitting: first, width: columns.count)
            (first, second) = (scale.apply(to: first), scale.apply(to: second))
            deviations = scale.deviations
            // A test value can be far from all training values.
            if let index = second.firstIndex(where: { !Float($0).isFinite }) {
                throw test.table.refusal(
                    test.rows[index / columns.count], columns[index % columns.count],
                    "too far from the training rows to be standardised")
            }
        }
        return (first.map { Float($0) }, second.map { Float($0) }, deviations)
    }

    private func owners(
        of train: Part, _ column: Int
    ) throws(DataError) -> DecodedDataset.Owners {
        let texts = try train.categories(column)
        let categories = Categories(texts, areSpellingsDistinct: true)
        let name = train.table.names?[column] ?? "\(column)"
        return DecodedDataset.Owners(
            kind: "values in column '\(name)'", names: categories.names,
            ofTrain: texts.map { categories.number(of: $0) ?? 0 })
    }

    private func labels(
        _ train: Part, _ test: Part, _ column: Int
    ) throws(DataError) -> (train: [Int32], test: [Int32], classes: Int) {
        let trainTexts = try train.categories(column)
        let testTexts = try test.categories(column)
        // A test file may not bring new classes; a class of one table may have test rows only.
        let known = reading.testFile.isEmpty ? trainTexts + testTexts : trainTexts
        let categories = Categories(known)
        let isChosen = reading.label != nil
        guard categories.names.count <= (isChosen ? Self.mostClasses : 1_000),
            isChosen || categories.looksLikeLabels
        else {
            throw .damaged(
                path: train.table.path,
                reason: "\(train.table.name(column)) has \(categories.names.count.grouped) "
                    + "different values, such as \(CSVTable.quoted(known[0])), which don't look like labels; name "
                    + "the column of labels in data.dataset.label, or the one of numbers to "
                    + "predict in data.dataset.target")
        }
        let trainLabels = trainTexts.map { categories.number(of: $0) ?? 0 }
        guard trainLabels.contains(where: { $0 != trainLabels[0] }) else {
            throw .damaged(
                path: train.table.path,
                reason: "all \(trainLabels.count.grouped) training rows have the label "
                    + "\(CSVTable.quoted(trainTexts[0])) in \(train.table.name(column)); there "
                    + "must be two classes at least")
        }
        var testLabels: [Int32] = []
        for (row, text) in zip(test.rows, testTexts) {
            guard let label = categories.number(of: text) else {
                throw test.table.refusal(
                    row, column,
                    "\(CSVTable.quoted(text)) is none of the \(categories.names.count.grouped) labels of "
                        + train.table.path)
            }
            testLabels.append(label)
        }
        return (trainLabels, testLabels, categories.names.count)
    }
}
