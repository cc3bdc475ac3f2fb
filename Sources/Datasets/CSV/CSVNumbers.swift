import Settings

/// The numbers of some columns, of training rows and test rows.
struct CSVNumbers {
    /// Shape (training rows, columns).
    let train: [Float]
    /// Shape (test rows, columns).
    let test: [Float]
    /// What each column was divided by; 1 without standardisation.
    let deviations: [Double]
    /// How many missing values were replaced; empty if there are none.
    let notes: [DataNote]

    /// Reads the columns.
    ///
    /// - Parameters:
    ///   - standardized: whether columns get the mean 0 and the deviation 1 over the training rows.
    ///   - fillsMissing: whether a missing value becomes the mean of its column over the training
    ///     rows that have a value. Without it, a missing value is an error.
    init(
        _ train: CSVPart, _ test: CSVPart, _ columns: [Int], standardized: Bool,
        fillsMissing: Bool = false
    ) throws(DataError) {
        let missing = fillsMissing ? Double.nan : nil
        var first = try train.table.numbers(train.rows, columns, missing: missing)
        var second = try test.table.numbers(test.rows, columns, missing: missing)
        notes = fillsMissing ? try Self.fill(&first, &second, train, test, columns) : []
        var deviations = columns.map { _ in 1.0 }
        if standardized {
            let scale = Standardization(fitting: first, width: columns.count)
            (first, second) = (scale.apply(to: first), scale.apply(to: second))
            deviations = scale.deviations
            // A test value can be far from all training values.
            if let index = second.firstIndex(where: { !Float($0).isFinite }) {
                throw test.table.refusal(
                    test.rows[index / columns.count], columns[index % columns.count],
                    mismatch(
                        "a value near those of the training rows",
                        "one that overflows when "
                            + "standardised", "correct it or set data.dataset.standardize: false"))
            }
        }
        self.train = first.map { Float($0) }
        self.test = second.map { Float($0) }
        self.deviations = deviations
    }

    /// Replaces values that are not a number by the means of their columns in `first`.
    private static func fill(
        _ first: inout [Double], _ second: inout [Double], _ train: CSVPart, _ test: CSVPart,
        _ columns: [Int]
    ) throws(DataError) -> [DataNote] {
        let width = columns.count
        var sums = [(sum: Double, count: Double)](repeating: (0, 0), count: width)
        for (index, value) in first.enumerated() where !value.isNaN {
            sums[index % width].sum += value
            sums[index % width].count += 1
        }
        var (filled, lacking): (Int, Set<Int>) = (0, [])
        var place: String?
        func replace(_ values: inout [Double], _ part: CSVPart) throws(DataError) {
            for index in values.indices where values[index].isNaN {
                let column = index % width
                guard sums[column].count > 0 else {
                    throw .damaged(
                        path: train.table.path,
                        reason: "\(train.table.name(columns[column])): "
                            + mismatch(
                                "a value in a training row for missing: mean", "none",
                                "name the column in data.dataset.ignore"))
                }
                values[index] = sums[column].sum / sums[column].count
                filled += 1
                lacking.insert(column)
                place = place ?? part.table.line(part.rows[index / width])
            }
        }
        try replace(&first, train)
        try replace(&second, test)
        guard let place else { return [] }
        return [
            DataNote(
                "means", train.table.path,
                "\(counted(filled, "missing value")) in \(counted(lacking.count, "column")) "
                    + "replaced by means of training rows (first: \(place))")
        ]
    }
}
