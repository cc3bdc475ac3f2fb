public import Reporting

/// The runs in a folder: of one comparison, of several, or single ones; also planned runs that are
/// not there.
public struct RunList: Sendable {
    /// How far a run is, for people.
    public enum Status: String, Sendable {
        /// All its rounds are done.
        case done
        /// The run failed: it diverged, for example.
        case failed
        /// Some program runs it at this moment.
        case running
        /// The run began and did not end.
        case unfinished
        /// Nothing of it is there.
        case missing
        /// Its run.json cannot be used.
        case damaged
    }

    /// One run in the folder.
    public struct Row: Sendable {
        /// The folder of the run.
        public let folder: String
        /// How far it is.
        public let status: Status
        /// The rounds in its rounds.csv.
        public let roundsWritten: Int
        /// How many rounds it has in all; nil of a damaged one.
        public let rounds: Int?
        /// Names what it computes; nil of a damaged one.
        public let digest: String?
        /// The content of its run.json; nil of a missing or damaged one.
        public let file: RunFile?
        /// Why its run.json cannot be used; nil if it can.
        public let problem: String?
        /// The command that goes on; nil where there is nothing to do.
        public let command: String?
    }

    /// The runs: those of comparisons in their planned order, then others by their folders.
    public private(set) var rows: [Row] = []

    /// Whether a run counts as running if its folder is locked. Otherwise it does if its run.json
    /// says so, unless its process has ended on this machine.
    private let readsLocks: Bool

    /// Finds the runs in a folder. Changes nothing.
    ///
    /// - Parameter readsLocks: whether locks of folders are read. For a moment this locks the
    ///   folder, so another program that starts a run there may find it locked.
    /// - Throws: `UsageError` if there is no run and none is planned.
    public init(in folder: String, readsLocks: Bool = true) throws(UsageError) {
        self.readsLocks = readsLocks
        guard Files.isFolder(folder) else {
            throw UsageError("\(folder): expected a folder with runs, found no folder")
        }
        if let run = FoundRun("", path: folder) {
            rows = [row(run, folder, command: resumeCommand(folder))]
            return
        }
        var seen: Set<String> = []
        for comparison in Self.comparisons(in: folder, levels: 2) {
            guard let studies = try? ComparisonFile(reading: comparison).studies else { continue }
            let state = ComparisonState(studies, in: comparison, readsTables: false)
            for entry in state.entries.joined() {
                let path = "\(comparison)/\(entry.folder)"
                guard seen.insert(path).inserted else { continue }
                rows.append(row(entry, path, in: comparison))
            }
        }
        // STUDY/VARIANT/CELL in NAME.
        for run in FoundRun.all(in: folder, levels: 4) {
            let path = "\(folder)/\(run.folder)"
            guard seen.insert(path).inserted else { continue }
            rows.append(row(run, path, command: resumeCommand(path)))
        }
        guard !rows.isEmpty else {
            throw UsageError("\(folder): expected a folder with runs, found none")
        }
    }

    static func comparisons(in folder: String, levels: Int) -> [String] {
        if ComparisonFile.isIn(folder) { return [folder] }
        guard levels > 0 else { return [] }
        return Files.names(in: folder).filter { $0.first != "." }.flatMap { name -> [String] in
            let inner = "\(folder)/\(name)"
            return Files.isFolder(inner) ? comparisons(in: inner, levels: levels - 1) : []
        }
    }

    private func row(
        _ entry: ComparisonState.Entry, _ path: String, in comparison: String
    ) -> Row {
        if let file = entry.file {
            let command = resumeCommand(comparison)
            return row(file, path, command: command, retry: "\(command) --retry-failed")
        }
        if let found = FoundRun("", path: path), case .failure = found.file {
            return row(found, path, command: nil)
        }
        return Row(
            folder: path, status: .missing, roundsWritten: 0, rounds: entry.run.rounds,
            digest: entry.run.digest, file: nil, problem: nil,
            command: resumeCommand(comparison))
    }

    private func row(_ run: FoundRun, _ path: String, command: String?) -> Row {
        switch run.file {
        case .success(let file): return row(file, path, command: command)
        case .failure(let error):
            return Row(
                folder: path, status: .damaged, roundsWritten: Self.rowCount(path), rounds: nil,
                digest: nil, file: nil, problem: "\(error)", command: nil)
        }
    }

    private func row(
        _ file: RunFile, _ path: String, command: String?, retry: String? = nil
    ) -> Row {
        let status = status(file, path)
        let goOn = [.unfinished: command, .failed: retry][status]
        return Row(
            folder: path, status: status, roundsWritten: Self.rowCount(path), rounds: file.rounds,
            digest: file.digest, file: file, problem: nil, command: goOn ?? nil)
    }

    private func status(_ file: RunFile, _ path: String) -> Status {
        switch RunStatus(file.state) {
        case .done: .done
        case .failed: .failed
        case .unfinished, .missing, .damaged:
            (readsLocks ? FolderLock.isHeld(path) : file.isUnderWay)
                ? .running : .unfinished
        }
    }

    /// Counts the rows of rounds.csv that are whole.
    private static func rowCount(_ path: String) -> Int {
        let text = (try? Files.read("\(path)/rounds.csv", most: 1 << 30)) ?? ""
        return max(0, text.utf8.count { $0 == UInt8(ascii: "\n") } - 1)
    }
}

extension RunList {
    /// The runs as a table for people.
    public var text: String {
        let header = ["folder", "state", "go on", "rounds", "final", "digest"]
        return aligned(
            [header]
                + rows.map { row in
                    let final = row.file.flatMap { file in file.figures.final.map(file.metric.text)
                    }
                    return [
                        row.folder, row.status.rawValue, row.problem ?? row.command ?? "-",
                        "\(row.roundsWritten)/\(row.rounds.map(String.init) ?? "?")", final ?? "-",
                        row.digest.map { String($0.prefix(8)) } ?? "-",
                    ]
                }, texts: 3) + "\n"
    }

    /// The runs as JSON, an object for each.
    public var events: [JSONText] {
        rows.map { row in
            let own: JSONText.Object = [
                "event": .text("run"), "folder": .text(row.folder),
                "status": .text(row.status.rawValue), "go_on": .optional(row.command),
                "problem": .optional(row.problem), "rounds_written": .integer(row.roundsWritten),
            ]
            let planned: JSONText.Object = [
                "digest": .optional(row.digest), "rounds": .optional(row.rounds),
            ]
            return .object(own + (row.file?.result ?? planned))
        }
    }

    /// Counts the runs with a status.
    public func count(_ status: Status) -> Int { rows.count { $0.status == status } }
}
