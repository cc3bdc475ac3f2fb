import Federation
import Reporting

/// Counts in run.json.
extension Counts where Kind: RawRepresentable<String> {
    /// The counts as an object, with one key for each kind.
    var json: JSONText {
        .object(JSONText.Object(Kind.allCases.map { ($0.rawValue, .integer(self[$0])) }))
    }

    /// Reads the counts below a key back. Files of earlier versions have none.
    init(_ file: ResultReading, _ key: String) throws(UsageError) {
        self.init()
        for kind in Kind.allCases {
            self[kind] =
                try file.ifThere("\(key).\(kind.rawValue)") { (key) throws(UsageError) in
                    try file.count(key)
                } ?? 0
        }
    }
}
