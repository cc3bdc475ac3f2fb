import Datasets
import Reporting
import Scenarios
import Settings
import Simulation

/// A partition in a file that a person wants to use, and the scenario with it.
///
/// The file takes the place of `data.skew`, and its number of clients that of `clients.count`. So
/// it is checked as it will be when the scenario runs.
struct ImportedPartition {
    /// The base scenario with the partition of the file.
    let runs: [ScenarioFile.ConfiguredRun]
    /// The value of `data.skew` in a scenario in the same folder.
    private let skew: String
    private let clients: Int
    private let perRound: Int?

    private static let option = "--import"

    /// Reads the file for the number of its clients, and changes the scenario.
    ///
    /// - Throws: `UsageError` if the file has no partition, `SettingsError` if the scenario has a
    ///   mistake.
    ///
    /// - Parameter overlaps: whether a sample may belong to several clients.
    init(_ path: String, _ scenario: ScenarioOptions, overlaps: Bool) throws {
        do {
            clients = try PartitionDocument(path: path).clients.count
        } catch {
            throw UsageError("\(error)")
        }
        let source = try scenario.source(isComparison: false)
        let written = try source.file().baseRun().scenario.clients.perRound
        perRound = written > clients ? clients : nil
        func skew(_ path: String) -> String {
            let overlap = overlaps ? ", overlap: true" : ""
            return "{ kind: explicit, file: \(JSONText.text(path).line)\(overlap) }"
        }
        // A scenario counts paths from its own folder.
        let isElsewhere = scenario.scenario.contains("/") && !path.hasPrefix("/")
        self.skew = skew(isElsewhere ? "\(Files.workingFolder)/\(path)" : path)
        var changes = [
            ("data.skew", skew(path)),
            ("clients.count", "\(clients)"),
        ]
        if let perRound { changes.append(("clients.per_round", "\(perRound)")) }
        let overrides = changes.map {
            ScenarioFile.Override($0.0, $0.1, option: Self.option)
        }
        runs = [try source.file(adding: overrides).baseRun()]
    }

    /// The lines of a scenario that use the partition.
    var advice: String {
        let perRound = perRound.map { ", per_round: \($0)" } ?? ""
        return """
            the file fits the data; these lines of the scenario use it:

              data:
                skew: \(skew)
              clients: { count: \(clients)\(perRound) }

            """
    }
}
