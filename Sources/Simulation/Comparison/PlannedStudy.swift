import Datasets
import Federation
import Models
public import Reporting
import Scenarios

/// A run that a comparison consists of, whether it is there or not.
public struct PlannedRun: Equatable, Sendable {
    /// The name of the variant.
    public let variant: String
    /// The label of the variant in figures and tables; nil for its name.
    public let label: String?
    /// The keys that the grid sets, in the grid's order.
    public let cell: [RunFile.Value]
    /// The seed of the run.
    public let seed: UInt64
    /// Names what the run computes. A run that is there is recognised by it.
    public let digest: String
    /// Where the run goes, from the comparison's folder on.
    public let folder: String
    /// How many rounds it has.
    public let rounds: Int
    /// What says how good its model is.
    public let metric: Metric
    /// The methods that make it.
    public let methods: Methods

    /// The name of variant and cell in messages.
    public var name: String {
        ([variant] + cell.map { "\($0.key) \($0.value)" }).joined(separator: ", ")
    }
}

/// A study with all its runs in order, or the one comparison of a file without studies.
///
/// It is made from a scenario, or read back from comparison.json. Then it needs neither scenario
/// nor data.
public struct PlannedStudy: Equatable, Sendable {
    /// The name; nil in a file without studies.
    public let name: String?
    /// The folder of its tables, from the comparison's folder on; empty without studies.
    public let folder: String
    /// The keys of the grid.
    public let grid: [String]
    /// The keys that seeds draw.
    public let drawn: [String]
    /// The variant that the others are compared with; nil if there is none.
    public let baseline: String?
    /// The share of the baseline's best value that rounds are counted to.
    public let target: Double?
    /// The classes whose recalls have columns in comparison.csv, such as "3_Dress"; none if no run
    /// counts them, or if there are more than 100.
    let classes: [String]
    /// What stands in its tables where a number is missing.
    let missing: MissingNumber
    /// Variant by variant, inside cell by cell, inside seed by seed.
    public let runs: [PlannedRun]

    /// What says how good a model is; that of the first run.
    public var metric: Metric { runs.first?.metric ?? .accuracy }

    /// Whether its runs differ in their models, and the tables name them.
    var hasModels: Bool { runs.contains { !$0.methods.model.isEmpty } }

    /// Returns the folder of its tables.
    func folder(in top: String) -> String { folder.isEmpty ? top : "\(top)/\(folder)" }
}

extension PlannedStudy {
    /// Plans the runs of all studies.
    ///
    /// - Throws: `UsageError` if two runs of a study would have the same folder.
    static func all(_ studies: [PreparedStudy]) throws(UsageError) -> [PlannedStudy] {
        var planned: [PlannedStudy] = []
        for study in studies { planned.append(try PlannedStudy(study)) }
        return planned
    }

    /// Plans the runs of a study.
    ///
    /// - Throws: `UsageError` if two runs would have the same folder.
    init(_ study: PreparedStudy) throws(UsageError) {
        let folder = study.name.map { FolderName.of($0) } ?? ""
        let models = study.runs.map(\.scenario.model.label)
        // A grid names its keys in columns of their own.
        let hasModels =
            Set(models).count > 1
            && !(study.runs.first?.cell.contains { "\($0.key).".hasPrefix("model.") } ?? false)
        let runs = zip(study.runs, models).map { run, model in
            PlannedRun(
                variant: run.variant, label: run.label,
                cell: run.cell.map(RunFile.Value.init),
                seed: run.scenario.seed, digest: run.digest,
                folder: (folder.isEmpty ? "" : "\(folder)/") + run.folder,
                rounds: run.scenario.training.rounds, metric: run.metric,
                methods: Methods(of: run.scenario, model: hasModels ? model : ""))
        }
        var seen: [String: PlannedRun] = [:]
        for run in runs {
            if let other = seen[run.folder] {
                throw UsageError(
                    "compare: expected a folder for each run, found \(run.folder) of \(other.name)"
                        + " and of \(run.name); choose another name for one of them")
            }
            seen[run.folder] = run
        }
        self.init(
            name: study.name, folder: folder, grid: study.runs.first?.cell.map(\.key) ?? [],
            drawn: study.runs.first?.drawn.map(\.key) ?? [], baseline: study.baseline?.variant,
            target: study.baseline?.target, classes: Self.classes(study.runs),
            missing: study.runs.first?.missing ?? .auto, runs: runs)
    }

    /// The largest number of classes that have columns.
    private static let mostClasses = 100

    /// Returns the keys of all classes whose recalls are counted, in the order of the runs.
    private static func classes(_ runs: [PreparedRun]) -> [String] {
        var (keys, seen) = ([String](), Set<String>())
        for run in runs where run.countsClasses {
            let names = run.dataset.classNames
            for label in 0..<run.dataset.classes {
                let name = names.flatMap { $0.indices.contains(label) ? $0[label] : nil }
                let key = ClassEvaluation.columnKey(label, name)
                if seen.insert(key).inserted { keys.append(key) }
            }
            // Most runs have the same classes; many classes have no columns.
            if keys.count > mostClasses { return [] }
        }
        return keys
    }
}

extension PreparedRun {
    /// The folder of this run inside that of its comparison: VARIANT/seed-N, or
    /// VARIANT/CELL/seed-N with a grid.
    public var folder: String {
        let values = cell.map(RunFile.Value.init)
        let inner = values.isEmpty ? "" : "\(FolderName.of(values))/"
        return "\(FolderName.of(variant))/\(inner)seed-\(scenario.seed)"
    }
}

extension Methods {
    /// Collects the methods that a scenario names.
    ///
    /// - Parameter model: the model; empty if the runs of its comparison do not differ in it.
    init(of scenario: Scenario, model: String = "") {
        self.init(
            serverOptimizer: scenario.server.optimizerLabel,
            clientOptimizer: scenario.client.optimizerLabel,
            correction: scenario.training.correctionKind,
            serverScheduler: scenario.server.schedulerLabel,
            clientScheduler: scenario.client.schedulerLabel, model: model)
    }
}
