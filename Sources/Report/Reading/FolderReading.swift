import Reporting
import Scenarios
import Simulation

/// Reads one folder: that of a comparison, or that of a run.
struct FolderReading {
    private(set) var studies: [StudyData] = []
    private(set) var problems: [String] = []
    private let readsClients: Bool

    /// - Parameter comparison: the comparison in the folder, if it is read already.
    /// - Throws: `UsageError` if it is neither.
    init(
        _ folder: String, _ comparison: ComparisonReport?, readsClients: Bool
    ) throws(UsageError) {
        self.readsClients = readsClients
        if ComparisonFile.isIn(folder) {
            if let comparison {
                readComparison(folder, comparison)
            } else {
                readComparison(folder, try ComparisonReport(folder, keepsRounds: true))
            }
        } else if RunFile.isIn(folder) {
            try readRun(folder)
        } else {
            throw UsageError(
                "\(folder): expected the folder of a comparison or of a run, found no"
                    + " comparison.json and no run.json; name the folder that 'hyperfed compare'"
                    + " or 'hyperfed run' wrote")
        }
    }

    private mutating func readComparison(_ folder: String, _ comparison: ComparisonReport) {
        let (file, state) = (comparison.file, comparison.state)
        problems += comparison.problems.map { "\($0); it is not in the report" }
        for (result, entries) in zip(comparison.results, state.entries) where !entries.isEmpty {
            let study = result.study
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
                statistics: result.statistics)
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
                    status: entry.status, file: entry.file, series: entry.series,
                    rounds: entry.run.rounds, metric: study.metric)
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

    /// Reads the rounds of one run, if they are not read already. A run whose table cannot be read
    /// has none, and is reported.
    private mutating func run(
        seed: UInt64, path: String, status: RunStatus, file: RunFile?, series: RoundSeries? = nil,
        rounds: Int, metric: Metric
    ) -> RunData {
        var (series, status) = (series, status)
        // The problem of a damaged run is reported already.
        if file != nil, series == nil, status != .damaged {
            do {
                series = try RoundSeries(Files.readBytes("\(path)/rounds.csv", atMost: 1 << 30))
            } catch  where status == .unfinished {
                // The run has just begun: its table is not there yet.
            } catch {
                problems.append(
                    "\(path)/rounds.csv: expected the table of a run, found an error; the run is"
                        + " not in the report (\(error))")
                status = .damaged
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
        for (index, read) in Self.clients(of: data.variants, data.metric).enumerated() {
            data.variants[index].clients = read.clients
            problems += read.problems
        }
    }

    private typealias ReadClients = (clients: ClientData, problems: [String])

    /// Reads the tables of the clients, most of all bytes, on all cores.
    private static func clients(of variants: [VariantData], _ metric: Metric) -> [ReadClients] {
        let read: @Sendable (Int) -> ReadClients = { index in
            var result = ReadClients(ClientData(metric: metric), [])
            for run in variants[index].drawn {
                do { try result.clients.add(run) } catch {
                    result.problems.append(
                        "\(run.folder): \(error); its clients are not in the report")
                }
            }
            result.clients.finish()
            return result
        }
        return JobQueue.map(variants.count, read)
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
