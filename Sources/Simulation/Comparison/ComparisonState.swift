public import Reporting
import Scenarios

/// The runs of a comparison beside those that lie in its folder.
///
/// A run is recognised by its digest, wherever it lies. Its own folder comes first; a folder that
/// the plan gives to another run counts for that one only.
public struct ComparisonState: Sendable {
    /// A planned run, and what is there of it.
    public struct Entry: Sendable {
        /// The run that is planned.
        public let run: PlannedRun
        /// How far it is.
        public internal(set) var status: RunStatus
        /// Where it lies or goes, from the comparison's folder on.
        public internal(set) var folder: String
        /// The content of its run.json, if it is there.
        public internal(set) var file: RunFile?
        /// Its row of comparison.csv; nil if it has not ended.
        public internal(set) var row: ComparisonRow?
        /// Its rounds, if they were asked for and it has ended.
        public internal(set) var series: RoundSeries?
    }

    /// A folder that a run needs and that contains something else.
    struct Conflict: Sendable {
        /// The run, by its study and its place in there.
        let study: Int
        let run: Int
        /// What the folder contains.
        let content: Content

        enum Content: Sendable {
            /// A run with other settings or data.
            case other(RunFile)
            /// A run that cannot be used, and why.
            case damaged(String)
        }
    }

    /// The folder of all studies.
    public let folder: String
    /// The studies in their order.
    public let studies: [PlannedStudy]
    /// The runs of each study, in its order.
    public internal(set) var entries: [[Entry]]
    /// Folders that the plan needs and that contain something else.
    private(set) var conflicts: [Conflict] = []
    /// Runs in the folder that no plan has.
    public private(set) var others: [String] = []

    /// Finds the runs of a plan in a folder. Changes nothing.
    ///
    /// - Parameters:
    ///   - readsTables: whether the tables of runs that have ended are read for their rows. With
    ///     many runs this takes most of the time. Without it, rows are nil.
    ///   - keepsRounds: whether the rounds that were read stay in memory, for a report.
    public init(
        _ studies: [PlannedStudy], in folder: String, readsTables: Bool = true,
        keepsRounds: Bool = false
    ) {
        (self.studies, self.folder) = (studies, folder)
        let found = FoundRun.all(in: folder)
        // Looked up only, so their order does not matter.
        let byFolder = Dictionary(found.map { ($0.folder, $0) }) { first, _ in first }
        let planned = Set(studies.flatMap { $0.runs.map(\.folder) })
        var elsewhere: [String: FoundRun] = [:]
        for run in found where !planned.contains(run.folder) {
            guard case .success(let file) = run.file else { continue }
            // Of several copies the one that is done counts.
            if let other = try? elsewhere[file.digest]?.file.get(), other.state == .finished {
                continue
            }
            elsewhere[file.digest] = run
        }
        entries = []
        var used: Set<String> = []
        for (index, study) in studies.enumerated() {
            var own: [Entry] = []
            for run in study.runs {
                let (entry, content) = Self.entry(
                    run, byFolder[run.folder], elsewhere[run.digest])
                if let content {
                    conflicts.append(Conflict(study: index, run: own.count, content: content))
                }
                own.append(entry)
                used.insert(entry.folder)
            }
            entries.append(own)
        }
        if readsTables { readTables(keepsRounds: keepsRounds) }
        others = found.map(\.folder).filter { !used.contains($0) }
    }

    /// Takes every run for missing: all of them run anew, each in its own folder.
    mutating func forget() {
        let found = entries.joined().compactMap { $0.file == nil ? nil : $0.folder }
        for (study, runs) in studies.map(\.runs).enumerated() {
            entries[study] = runs.map { Entry(run: $0, status: .missing, folder: $0.folder) }
        }
        let planned = Set(studies.flatMap { $0.runs.map(\.folder) })
        others = (others + found).filter { !planned.contains($0) }.sorted()
    }

    private typealias ReadRow = (row: ComparisonRow, series: RoundSeries?)

    /// Reads the tables of all runs that have ended, on all cores.
    private mutating func readTables(keepsRounds: Bool) {
        let places = self.entries.indices.flatMap { study in
            self.entries[study].indices.map { (study: study, run: $0) }
        }
        let (entries, studies, folder) = (entries, studies, folder)
        let read = JobQueue.map(places.count) { index -> Result<ReadRow?, UsageError>? in
            let (study, run) = places[index]
            let entry = entries[study][run]
            guard let file = entry.file, entry.status != .damaged else { return nil }
            return Result { () throws(UsageError) in
                var read = try entry.run.row(file, entry.folder, in: folder, studies[study])
                if !keepsRounds { read?.series = nil }
                return read
            }
        }
        for (place, result) in zip(places, read) {
            switch result {
            case nil: break
            case .success(let read):
                self.entries[place.study][place.run].row = read?.row
                self.entries[place.study][place.run].series = read?.series
            case .failure(let error):
                self.entries[place.study][place.run].status = .damaged
                conflicts.append(
                    Conflict(
                        study: place.study, run: place.run, content: .damaged("\(error)")))
            }
        }
        conflicts.sort { ($0.study, $0.run) < ($1.study, $1.run) }
    }

    private static func entry(_ run: PlannedRun, _ own: FoundRun?, _ elsewhere: FoundRun?)
        -> (Entry, Conflict.Content?)
    {
        var entry = Entry(run: run, status: .missing, folder: run.folder)
        for found in [own, elsewhere] {
            guard let found, case .success(let file) = found.file, file.digest == run.digest else {
                continue
            }
            (entry.status, entry.folder, entry.file) = (
                RunStatus(file.state), found.folder, file
            )
            return (entry, nil)
        }
        switch own?.file {
        case nil: return (entry, nil)
        case .success(let file): return (entry, .other(file))
        case .failure(let error):
            entry.status = .damaged
            return (entry, .damaged("\(error)"))
        }
    }

    /// Returns the indices of the runs of each study that are to run.
    func waiting(_ mode: ComparisonOptions) -> [[Int]] {
        var number = 0
        return entries.map { entries in
            entries.indices.filter { index in
                defer { number += 1 }
                guard mode.shard?.has(number) ?? true else { return false }
                switch entries[index].status {
                case .done: return false
                case .failed: return mode.retriesFailed
                case .unfinished, .missing, .damaged: return true
                }
            }
        }
    }

    /// Returns the numbers of the runs that are to run, from 1, over all studies. Run number K of N
    /// is the only one of the shard K/N.
    func waitingNumbers(_ mode: ComparisonOptions) -> [Int] {
        var (first, numbers) = (1, [Int]())
        for (entries, waiting) in zip(entries, waiting(mode)) {
            numbers += waiting.map { first + $0 }
            first += entries.count
        }
        return numbers
    }

    /// Counts the runs with a status.
    public func count(_ status: RunStatus) -> Int {
        entries.reduce(0) { $0 + $1.count { $0.status == status } }
    }

    /// How many runs the plan has.
    public var runCount: Int { entries.reduce(0) { $0 + $1.count } }
}

extension ComparisonState {
    /// Reads what came of a run that has just ended.
    ///
    /// - Parameter row: what the run itself said; it counts where its files cannot be read.
    mutating func read(_ study: Int, _ number: Int, orElse row: ComparisonRow) {
        var entry = entries[study][number]
        entry.status = row.summary == nil ? .failed : .done
        entry.row = row
        // Only the files of this run: those of another one may be in its place.
        if let file = try? RunFile(reading: "\(folder)/\(entry.folder)"),
            file.digest == entry.run.digest, RunStatus(file.state) == entry.status,
            let read = try? entry.run.row(file, entry.folder, in: folder, studies[study])
        {
            (entry.file, entry.row) = (file, read.row)
        }
        entries[study][number] = entry
    }
}

extension ComparisonRow {
    /// Makes the row of a run without any result.
    ///
    /// - Parameter methods: its methods in the plan.
    init(_ run: PreparedRun, _ methods: Methods, _ folder: String) {
        self.init(
            folder: folder, variant: run.variant, cell: run.cell.map(\.value),
            drawn: run.drawn.map(\.value), seed: run.scenario.seed, summary: nil,
            methods: methods, digest: run.digest,
            partitionKey: run.partitionKey)
    }
}
