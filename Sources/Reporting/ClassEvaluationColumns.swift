public import Federation

/// The columns of class_evaluations.csv: a row for each class and evaluated round.
public let classEvaluationColumns: [Column<ClassEvaluation>] = [
    Column("round", "round, from 0; the model is the one after it") { .integer(Int($0.round)) },
    Column("class", "class, from 0: the number of its output") { .integer($0.label) },
    Column("name", "name of the class; its number if the data have no names") {
        .text($0.name ?? "\($0.label)")
    },
    Column("samples", "test predictions whose label is the class") {
        .integer($0.recall.samples)
    },
    Column("hits", "those of them that the global model predicts as the class") {
        .integer($0.recall.hits)
    },
    Column("recall", "hits divided by samples, 0 to 1: the accuracy in this class") {
        Cell($0.recall.value)
    },
]

extension ClassEvaluation {
    /// The number of the class, and its name if it has another one: "3" or "3_Dress". It is part of
    /// a column's name, so characters that cannot be seen become "_".
    package var columnKey: String { Self.columnKey(label, name) }

    /// Returns the key of a class.
    ///
    /// - Parameter name: the name of the class; nil if classes have none.
    package static func columnKey(_ label: Int, _ name: String?) -> String {
        guard let name, !name.isEmpty, name != "\(label)" else { return "\(label)" }
        let scalars = name.unicodeScalars.map { scalar -> Unicode.Scalar in
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate: "_"
            default: scalar
            }
        }
        return "\(label)_" + String(String.UnicodeScalarView(scalars))
    }

    /// Reads the recalls after the last evaluation from the bytes of class_evaluations.csv.
    ///
    /// - Throws: `NumberTable.Problem` if it is not such a table.
    package static func last(_ bytes: [UInt8]) throws(NumberTable.Problem) -> [ClassEvaluation] {
        let table = try NumberTable(bytes, ["round", "class", "samples", "hits"], text: "name")
        guard table.columns.allSatisfy({ $0.count == table.rowCount }) else {
            throw NumberTable.Problem(
                line: 1, expected: "the columns of class_evaluations.csv", found: "others")
        }
        let last = table.columns[0].max()
        var evaluations: [ClassEvaluation] = []
        for row in 0..<table.rowCount where table.columns[0][row] == last {
            let numbers = table.columns.map { Int(exactly: $0[row]) ?? -1 }
            guard let round = UInt32(exactly: numbers[0]), numbers.allSatisfy({ $0 >= 0 }),
                numbers[3] <= numbers[2]
            else {
                throw NumberTable.Problem(
                    line: row + 2, expected: "counts of a class", found: "other numbers")
            }
            evaluations.append(
                ClassEvaluation(
                    round: round, label: numbers[1], name: table.text(row),
                    recall: ClassRecall(samples: numbers[2], hits: numbers[3])))
        }
        return evaluations
    }
}
