import Reporting
import Scenarios
import Simulation

/// Reads one folder: that of a comparison, or that of a run.
struct FolderReading {
    private(set) var studies: [StudyData] = []
    private(set) var problems: [String] = []
    private let readsClients: Bool

    /// - Throws: `UsageError` if it is neither.
    init(_ folder: String, readsClients: Bool) throws(UsageError) {
        self.readsClients = readsClients
        if ComparisonFile.isIn(folder) {
            try readComparison(folder)
        } else if RunFile.isIn(folder) {
            try readRun(folder)
        } else {
            throw UsageError(
                "\(folder): expected the folder of a comparison or of a run, found no"
                    + " comparison.json and no run.json; name the folder that 'hyperfed compare'"
                    + " or 'hyperfed run' wrote")
        }
    }

    private mutating func readComparison(_ folder: String) throws(UsageError) {
        let file = try ComparisonFile(reading: folder)
        let state = ComparisonState(file.studies, in: folder)
        problems += state.problems.map { "\($0); it is not in the report" }
        for (study, entries) in zip(state.studies, state.entries) where !entries.isEmpty {
            let variants = variants(of: study, entries, in: folder)
            let name = entries.lazy.compactMap { $0.file?.name }.first ?? Self.lastPart(of: folder)
            var data = StudyData(
                kind: .comparison,
                title: name + (file.source.isQuick ? " (quick)" : "")
                    + (study.name.map { ": \($0)" } ?? ""),
                folder: study.folder.isEmpty ? folder : "\(folder)/\(study.folder)",
                metric: study.metric,
                target: entries.lazy.compactMap { $0.file?.target }.first, grid: study.grid,
                drawn: study.drawn, seeds: Self.seeds(of: study), variants: variants,
                namesBaseline: study.baseline != nil, source: file.source,
                statistics: StudyResult(study, entries.map(\.row)).statistics)
            addFacts(to: &data, top: folder)
            studies.append(data)
        }
    }

    private mutating func readRun(_ folder: String) throws(UsageError) {
        let file = try RunFile(reading: folder)
        let run = run(
            seed: file.seed, path: folder, status: RunStatus(file.state), file: file,
            rounds: file.rounds, metric: file.metric)
        let variant = VariantData(
            name: file.variant, label: nil, index: 0, methods: file.methods,
            cells: [VariantData.Cell(values: [], runs: [run])], metric: file.metric)
        var data = StudyData(
            kind: .run, title: file.name, folder: folder, metric: file.metric,
            target: file.target, grid: [], drawn: file.drawn.map(\.key), seeds: [file.seed],
            variants: [variant], namesBaseline: false, source: nil, statistics: nil)
        addFacts(to: &data, top: folder)
        studies.append(data)
    }

    /// Reads the runs of a study: the baseline first, the other variants in file order.
    private mutating func variants(
        of study: PlannedStudy, _ entries: [ComparisonState.Entry], in folder: String
    ) -> [VariantData] {
        var names: [String] = []
        // Looked up only, so their order does not matter.
        var members: [String: [ComparisonState.Entry]] = [:]
        for entry in entries {
            if members[entry.run.variant] == nil { names.append(entry.run.variant) }
            members[entry.run.variant, default: []].append(entry)
        }
        if let baseline = study.baseline, let index = names.firstIndex(of: baseline) {
            names.insert(names.remove(at: index), at: 0)
        }
        var variants: [VariantData] = []
        for name in names {
            guard let own = members[name], let first = own.first else { continue }
            var cells: [(values: [String], runs: [RunData])] = []
            for entry in own {
                let run = run(
                    seed: entry.run.seed, path: "\(folder)/\(entry.folder)",
                    status: entry.status, file: entry.file, rounds: entry.run.rounds,
                    metric: study.metric)
                let values = entry.run.cell.map(\.value)
                if cells.last?.values == values {
                    cells[cells.count - 1].runs.append(run)
                } else {
                    cells.append((values, [run]))
                }
            }
            variants.append(
                VariantData(
                    name: name, label: first.run.label, index: variants.count,
                    methods: first.run.methods,
                    cells: cells.map { VariantData.Cell(values: $0.values, runs: $0.runs) },
                    metric: study.metric))
        }
        return variants
    }

    /// Reads the rounds of one run. A run whose table cannot be read has none, and is reported.
    private mutating func run(
        seed: UInt64, path: String, status: RunStatus, file: RunFile?, rounds: Int, metric: Metric
    ) -> RunData {
        var series: RoundSeries?
        var status = status
        if file != nil {
            do {
                series = try RoundSeries(Files.readBytes("\(path)/rounds.csv", atMost: 1 << 30))
            } catch  where status == .unfinished {
                // The run has just begun: its table is not there yet.
            } catch {
                problems.append(
                    "\(path)/rounds.csv: expected the table of a run, found an error; the run is"
                        + " not in the report (\(error))")
                status = .unfinished
            }
        }
        return RunData(
            seed: seed, folder: path, status: status, file: file, series: series,
            plannedRounds: rounds, metric: metric)
    }

    /// Reads what describes the study beside its runs: settings, partition, clients.
    private mutating func addFacts(to data: inout StudyData, top: String) {
        let shown = data.variants.lazy.flatMap(\.drawn).first ?? data.runs.first { $0.file != nil }
        guard let shown else { return }
        data.scenario = ScenarioFacts(reading: shown.folder)
        data.partition = PartitionCounts(of: shown, top: top)
        guard readsClients else { return }
        for index in data.variants.indices {
            var clients = ClientData(metric: data.metric)
            for run in data.variants[index].drawn {
                do { try clients.add(run) } catch {
                    problems.append("\(run.folder): \(error); its clients are not in the report")
                }
            }
            clients.finish()
            data.variants[index].clients = clients
        }
    }

    private static func seeds(of study: PlannedStudy) -> [UInt64] {
        var (seeds, seen) = ([UInt64](), Set<UInt64>())
        for run in study.runs where seen.insert(run.seed).inserted { seeds.append(run.seed) }
        return seeds
    }

    private static func lastPart(of folder: String) -> String {
        folder.split(separator: "/").last.map(String.init) ?? folder
    }
}
