import Reporting

/// The counts of faults in run.json.
extension FaultCounts {
    /// The counts as an object, with one key for each kind.
    var json: JSONText {
        .object(JSONText.Object(Kind.allCases.map { ($0.rawValue, .integer(self[$0])) }))
    }

    /// Reads the counts back. Files of earlier versions have none.
    init(_ file: ResultReading) throws(UsageError) {
        self.init()
        for kind in Kind.allCases {
            let key = "faults.\(kind.rawValue)"
            self[kind] =
                try file.ifThere(key) { (key) throws(UsageError) in try file.count(key) } ?? 0
        }
    }
}
