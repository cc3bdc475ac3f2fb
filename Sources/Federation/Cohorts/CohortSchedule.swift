public import Datasets
public import Settings

/// A schedule: round t has the cohort t modulo the number of cohorts that the scenario lists.
///
/// - Cohorts may have different sizes; `clients.per_round` is the largest one's.
/// - Source: none; for experiments whose cohorts are known, such as clients that come and go in
///   groups.
public struct CohortSchedule: CohortSampling {
    private let cohorts: [[UInt32]]

    /// Reads and checks the cohorts.
    ///
    /// - Parameter clients: the number of clients; nil if it is not known.
    public init(_ settings: Settings, clients: Int? = nil) {
        let hadErrors = settings.hasErrors
        let lists = settings.integerLists(
            "cohorts", in: clients.map { .between(0, max($0, 1) - 1) } ?? .nonNegative,
            "clients of each cohort, from 0; round t has cohort t modulo their number")
        // Refused values are in no list, so a list may then be shorter than in the file.
        let isWhole = settings.hasErrors == hadErrors
        for (index, list) in lists.enumerated() {
            var seen: Set<Int> = []
            if let twice = list.first(where: { !seen.insert($0).inserted }) {
                settings.reject(
                    "cohorts", expected: "each client once in cohort \(index)",
                    found: "client \(twice) twice")
            }
            if isWhole, list.isEmpty {
                settings.reject(
                    "cohorts", expected: "one client or more in cohort \(index)", found: "none")
            }
        }
        if isWhole, lists.isEmpty {
            settings.reject(
                "cohorts", expected: "cohorts such as [[0, 1], [2, 3]]", found: "no value",
                advice: "add the key")
        }
        cohorts = lists.map { $0.sorted().map { UInt32(clamping: $0) } }
    }

    /// The size of the largest cohort.
    public var size: Int? { max(cohorts.map(\.count).max() ?? 1, 1) }

    /// The scenario lists all clients of a cohort, so there are no others to draw.
    public var overSelectionProblem: String? {
        "1 with sampling: schedule, which lists all clients of a cohort"
    }

    /// Returns the cohort that the scenario lists for the round; `size` is not used.
    public func draw(_ size: Int, from population: any Population, seed: UInt64, round: UInt32)
        -> [CohortMember]
    {
        cohorts[Int(round) % cohorts.count].map { CohortMember($0) }
    }
}
