/// How well the global model finds one class in the test split.
public struct ClassRecall: Equatable, Sendable {
    /// The number of test predictions whose label is the class.
    public let samples: Int
    /// The number of those that were predicted as the class.
    public let hits: Int
    /// hits / samples, 0...1; nil without samples.
    public var value: Double? { samples > 0 ? Double(hits) / Double(samples) : nil }

    /// Creates the recall of a class from its counts.
    public init(samples: Int, hits: Int) { (self.samples, self.hits) = (samples, hits) }
}

/// The recall of one class after a round: a row of class_evaluations.csv.
public struct ClassEvaluation: Equatable, Sendable {
    /// The round, from 0.
    public let round: UInt32
    /// The class, from 0.
    public let label: Int
    /// The name of the class; nil if classes have no names.
    public let name: String?
    /// The counts of the class.
    public let recall: ClassRecall

    /// Creates the row of a class.
    public init(round: UInt32, label: Int, name: String?, recall: ClassRecall) {
        (self.round, self.label, self.name, self.recall) = (round, label, name, recall)
    }

    /// Returns the rows of an evaluated round, in class order.
    ///
    /// - Parameter names: the names of all classes; nil if they have none.
    public static func rows(of record: RoundRecord, names: [String]?) -> [ClassEvaluation] {
        record.recalls.enumerated().map { label, recall in
            ClassEvaluation(
                round: record.round, label: label,
                name: names.flatMap { $0.indices.contains(label) ? $0[label] : nil },
                recall: recall)
        }
    }
}
