import Reporting
public import Scenarios
import Settings

/// The content of comparison.json, and of comparison.yaml beside it: which runs a comparison has,
/// and how to plan them again.
///
/// It is written before the first run starts, so a reader of the folder knows what is missing.
public struct ComparisonFile: Equatable, Sendable {
    /// From what the runs are planned.
    public struct Source: Equatable, Sendable {
        /// The scenario's file, as the command named it.
        public var file: String
        /// The text of that file.
        public var text: String
        /// The folder at which relative paths start.
        public var workingFolder: String
        /// The changes of the command line, in order.
        public var changes: [ScenarioFile.Override]
        /// Whether `--quick` was asked for.
        public var isQuick: Bool
        /// The studies that were asked for; nil for all.
        public var studies: [String]?

        /// Makes a source from its parts.
        public init(
            file: String, text: String, workingFolder: String,
            changes: [ScenarioFile.Override], isQuick: Bool, studies: [String]?
        ) {
            (self.file, self.text, self.workingFolder) = (file, text, workingFolder)
            (self.changes, self.isQuick, self.studies) = (changes, isQuick, studies)
        }
    }

    /// The program that planned the runs.
    public var program = ProgramIdentity.text
    /// From what the runs are planned.
    public var source: Source
    /// The studies with their runs.
    public var studies: [PlannedStudy]

    static let name = "comparison.json"
    static let scenarioName = "comparison.yaml"

    init(source: Source, studies: [PlannedStudy]) {
        (self.source, self.studies) = (source, studies)
    }

    /// How many runs there are.
    public var runCount: Int { studies.reduce(0) { $0 + $1.runs.count } }

    /// Returns whether a folder has such a file.
    public static func isIn(_ folder: String) -> Bool { Files.exists("\(folder)/\(name)") }

    /// Returns this plan together with other studies of an earlier one in the same folder. They are
    /// added if this plan has only studies that were asked for by name.
    func adding(_ earlier: ComparisonFile) -> ComparisonFile {
        guard let own = source.studies, studies.allSatisfy({ $0.name != nil }) else { return self }
        let names = studies.map(\.name)
        var all = self
        all.studies += earlier.studies.filter { $0.name != nil && !names.contains($0.name) }
        var source = earlier.source
        source.studies = own
        if source == self.source {
            all.source.studies = earlier.source.studies.map { others in
                others + own.filter { !others.contains($0) }
            }
        }
        return all
    }

    /// Writes both files into the folder of the comparison.
    func write(to folder: String) throws {
        try Files.write(Array(source.text.utf8), to: "\(folder)/\(Self.scenarioName)")
        try Files.write(Array((json.encoded() + "\n").utf8), to: "\(folder)/\(Self.name)")
    }
}

extension ComparisonFile {
    private var json: JSONText {
        .object([
            "program": .text(program), "scenario": .text(source.file),
            "working_folder": .text(source.workingFolder),
            "changes": .list(
                source.changes.map {
                    .object([
                        "path": .text($0.path), "value": .text($0.value),
                        "option": .optional($0.option),
                    ])
                }),
            "quick": .flag(source.isQuick),
            "studies_asked_for": source.studies.map { .list($0.map { .text($0) }) } ?? .null,
            "studies": .list(studies.map(\.json)),
        ])
    }

    /// Reads both files back.
    ///
    /// - Throws: `UsageError` if one cannot be read or is damaged.
    public init(reading folder: String) throws(UsageError) {
        let file = try ResultReading("\(folder)/\(Self.name)")
        var changes: [ScenarioFile.Override] = []
        for change in try file.objects("changes") {
            changes.append(
                ScenarioFile.Override(
                    try change.text("path"), try change.text("value"),
                    option: try change.optionalText("option")))
        }
        var studies: [PlannedStudy] = []
        for study in try file.objects("studies") { studies.append(try PlannedStudy(study)) }
        program = try file.text("program")
        source = Source(
            file: try file.text("scenario"),
            text: try ScenarioText.read("\(folder)/\(Self.scenarioName)"),
            workingFolder: try file.text("working_folder"), changes: changes,
            isQuick: try file.flag("quick"),
            studies: try file.optionalTexts("studies_asked_for"))
        self.studies = studies
    }
}

extension PlannedStudy {
    /// Runs that differ in nothing but the seed are one object with a list of seeds.
    fileprivate var json: JSONText {
        var arms: [(first: PlannedRun, runs: [PlannedRun])] = []
        for run in runs {
            if let last = arms.last?.first, last.variant == run.variant, last.cell == run.cell {
                arms[arms.count - 1].runs.append(run)
            } else {
                arms.append((run, [run]))
            }
        }
        return .object([
            "name": .optional(name), "folder": .text(folder), "grid": texts(grid),
            "drawn": texts(drawn), "baseline": .optional(baseline), "target": .optional(target),
            "classes": texts(classes), "missing": .text(missing.rawValue),
            "variants": .list(
                arms.map { first, runs in
                    .object([
                        "variant": .text(first.variant), "label": .optional(first.label),
                        "cell": texts(first.cell.map(\.value)),
                        "rounds": .integer(first.rounds), "metric": .text(first.metric.rawValue),
                        "methods": texts(
                            [
                                first.methods.serverOptimizer, first.methods.clientOptimizer,
                                first.methods.correction, first.methods.serverScheduler,
                                first.methods.clientScheduler,
                            ] + [first.methods.model].filter { !$0.isEmpty }),
                        "runs": .list(
                            runs.map {
                                .object([
                                    "seed": .text(String($0.seed)), "digest": .text($0.digest),
                                    "folder": .text($0.folder),
                                ])
                            }),
                    ])
                }),
        ])
    }

    fileprivate init(_ file: ResultReading) throws(UsageError) {
        let grid = try file.texts(inList: "grid")
        var runs: [PlannedRun] = []
        for arm in try file.objects("variants") {
            let values = try arm.texts(inList: "cell")
            let methods = try arm.texts(inList: "methods")
            guard values.count == grid.count, (5...6).contains(methods.count) else {
                throw arm.problem(
                    "cell", expected: "\(counted(grid.count, "value")) and 5 or 6 methods",
                    found: "\(values.count) and \(methods.count)")
            }
            for run in try arm.objects("runs") {
                runs.append(
                    PlannedRun(
                        variant: try arm.text("variant"),
                        label: try arm.ifThere("label", arm.optionalText),
                        cell: zip(grid, values).map { RunFile.Value(key: $0, value: $1) },
                        seed: try run.seed("seed"), digest: try run.text("digest"),
                        folder: try run.innerPath("folder"), rounds: try arm.count("rounds"),
                        metric: try arm.word("metric", "accuracy, rmse or perplexity"),
                        methods: Methods(
                            serverOptimizer: methods[0], clientOptimizer: methods[1],
                            correction: methods[2], serverScheduler: methods[3],
                            clientScheduler: methods[4],
                            model: methods.count > 5 ? methods[5] : "")))
            }
        }
        self.init(
            name: try file.optionalText("name"),
            // The runs of a comparison without studies are in its own folder.
            folder: try file.text("folder").isEmpty ? "" : file.innerPath("folder"), grid: grid,
            drawn: try file.texts(inList: "drawn"), baseline: try file.optionalText("baseline"),
            target: try file.optionalNumber("target"),
            classes: try file.ifThere("classes", file.optionalTexts) ?? [],
            missing: try file.word("missing", "auto, empty or nan"), runs: runs)
    }
}

private func texts(_ texts: [String]) -> JSONText { .list(texts.map { .text($0) }) }
