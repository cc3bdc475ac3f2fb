import Bytes

/// What a data set holds, computed from its numbers: counts, ranges, and columns that say nothing.
public struct DataSummary: Sendable {
    /// The numbers of one part.
    public struct Part: Sendable {
        public let count: Int
        /// The number of targets of each class; empty if numbers are predicted.
        public let classCounts: [Int]
        /// The smallest and the largest stored value; nil without samples.
        public let range: ClosedRange<Float>?
        /// The share of values that are 0.
        public let zeroShare: Double
        /// The smallest and the largest number to predict; nil for classes.
        public let targetRange: ClosedRange<Float>?
    }

    /// The numbers of the training samples.
    public let train: Part
    /// The numbers of the test samples.
    public let test: Part
    /// The features that have one value in all training samples, in order.
    public let constantFeatures: [Int]
    /// Features that are equal to an earlier one in all training samples, with that one.
    public let repeatedFeatures: [(feature: Int, first: Int)]
    /// The number of test samples whose features are those of a training sample.
    public let repeatedTestSamples: Int
    /// What one stored value counts: 1/255 for pixels, else 1.
    public let scale: Float
    /// The kind of the stored values, in words.
    public let element: String

    /// Reads all numbers of a data set once.
    public init(_ dataset: Dataset) {
        var columns = ColumnSurvey(dataset.features)
        var rows: Set<UInt64> = []
        train = Self.part(dataset, .train) { row in
            columns.add(row)
            rows.insert(Self.hash(row))
        }
        var repeated = 0
        test = Self.part(dataset, .test) { row in
            if rows.contains(Self.hash(row)) { repeated += 1 }
        }
        repeatedTestSamples = repeated
        (constantFeatures, repeatedFeatures) = columns.results
        scale = dataset.header.form.element.scale
        element =
            switch dataset.header.form.element {
            case .pixel: "bytes"
            case .symbol, .wideSymbol: "symbols"
            case .float: "float32"
            }
    }

    private static func hash(_ row: Span<Float>) -> UInt64 {
        var hash = ContentHash()
        row.withUnsafeBytes { hash.add($0.bindMemory(to: UInt8.self).span) }
        return hash.value
    }

    private static func part(
        _ dataset: Dataset, _ part: Dataset.Part, _ add: (Span<Float>) -> Void
    ) -> Part {
        var (smallest, largest, zeros) = (Float.infinity, -Float.infinity, 0)
        dataset.forEachStoredRow(of: part) { row in
            for index in row.indices {
                let value = row[index]
                smallest = min(smallest, value)
                largest = max(largest, value)
                if value == 0 { zeros += 1 }
            }
            add(row)
        }
        let count = dataset.count(of: part)
        var classCounts = [Int](repeating: 0, count: dataset.classes)
        for label in dataset.labels(of: part) { classCounts[Int(label)] += 1 }
        let numbers = dataset.numbers(of: part)
        let targets = numbers.min().flatMap { low in numbers.max().map { low...$0 } }
        return Part(
            count: count, classCounts: classCounts, range: count > 0 ? smallest...largest : nil,
            zeroShare: Double(zeros) / Double(max(count * dataset.features, 1)),
            targetRange: targets)
    }
}

/// Finds columns with one value, and columns that are equal to another.
private struct ColumnSurvey {
    private var firsts: [Float] = []
    private var isConstant: [Bool]
    // Columns with equal hashes of 64 bits are taken as equal.
    private var hashes: [UInt64]

    init(_ width: Int) {
        isConstant = [Bool](repeating: true, count: width)
        hashes = [UInt64](repeating: 0xcbf2_9ce4_8422_2325, count: width)
    }

    mutating func add(_ row: Span<Float>) {
        if firsts.isEmpty {
            for index in row.indices { firsts.append(row[index]) }
        }
        for index in row.indices {
            if row[index] != firsts[index] { isConstant[index] = false }
            let mixed = (hashes[index] ^ UInt64(row[index].bitPattern)) &* 0x9E37_79B9_7F4A_7C15
            hashes[index] = mixed ^ mixed >> 29
        }
    }

    var results: (constant: [Int], repeated: [(feature: Int, first: Int)]) {
        guard !firsts.isEmpty else { return ([], []) }
        var seen: [UInt64: Int] = [:]
        var repeated: [(feature: Int, first: Int)] = []
        for index in hashes.indices where !isConstant[index] {
            if let first = seen[hashes[index]] {
                repeated.append((index, first))
            } else {
                seen[hashes[index]] = index
            }
        }
        return (isConstant.indices.filter { isConstant[$0] }, repeated)
    }
}

extension Dataset {
    /// Passes the stored values of each sample to a closure, without the scale of pixels.
    func forEachStoredRow(of part: Part, _ body: (Span<Float>) -> Void) {
        let block = block(part)
        var row = [Float](repeating: 0, count: features)
        file.withBytes { bytes in
            for sample in 0..<block.count {
                let first = block.features.lowerBound
                for index in 0..<features {
                    let place = sample * features + index
                    row[index] =
                        switch header.form.element {
                        case .float:
                            bytes.loadUnaligned(fromByteOffset: first + 4 * place, as: Float.self)
                        case .wideSymbol:
                            Float(
                                bytes.loadUnaligned(
                                    fromByteOffset: first + 4 * place, as: Int32.self))
                        case .pixel, .symbol: Float(bytes[first + place])
                        }
                }
                body(row.span)
            }
        }
    }
}
