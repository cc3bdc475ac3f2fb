import Reporting
import Settings

extension RunFile {
    /// Whether the run goes on, as far as this file and the processes of this machine say. A run
    /// that was killed keeps its state. A process of another machine counts as one that goes on.
    var isUnderWay: Bool {
        switch state {
        case .starting, .running: setting.host != hostName() || !process.hasEnded
        case .finished, .failed, .interrupted, .stopped: false
        }
    }
}

extension RunList {
    /// The largest number of runs with a line of their own in `progress`.
    private static let mostLines = 12

    /// Returns how far the runs in a folder are: a sentence without a full stop, and lines of runs
    /// that go on.
    ///
    /// The folder, or its first run, may not be there yet. No lock is read. A run that was killed
    /// counts as interrupted if it was a process of this machine.
    public static func progress(of folder: String)
        -> (sentence: String, running: [(text: String, share: Double)])
    {
        guard Files.isFolder(folder) else {
            return ("\(folder) is not there yet; waiting for it", [])
        }
        let list: RunList
        do {
            list = try RunList(in: folder, readsLocks: false)
        } catch {
            return ("no run is there yet; waiting for the first one", [])
        }
        let running = list.rows.filter { $0.status == .running }
        let lines = running.prefix(mostLines).map { row in
            (
                text: row.newest(in: folder),
                share: Double(row.roundsWritten) / Double(max(1, row.rounds ?? 1))
            )
        }
        if list.rows.count == 1 { return (list.rows.map(\.progress).joined(), lines) }
        let words: [(Status, String)] = [
            (.done, "done"), (.failed, "failed"), (.running, "under way"),
            (.unfinished, "interrupted"), (.missing, "not begun"), (.damaged, "damaged"),
        ]
        let parts = words.compactMap { status, word in
            let count = list.count(status)
            return count == 0 ? nil : "\(count) \(word)"
        }
        let runs = "\(counted(list.rows.count, "run")): \(parts.joined(separator: ", "))"
        let rounds = list.rows.reduce(0) { $0 + $1.roundsWritten }
        return ("\(runs); \(counted(rounds, "round")) done", lines)
    }
}

extension RunList {
    /// The largest number of comparisons and runs in one report of a folder around them.
    private static let mostReported = 24

    /// Returns the folders that a report of a folder is made from: those of the comparisons inside,
    /// then those of other runs. Empty while nothing is there.
    ///
    /// - Throws: `UsageError` if there are too many for one page.
    public static func reported(in folder: String) throws(UsageError) -> [String] {
        if Files.exists("\(folder)/\(RunFile.name)") { return [folder] }
        let comparisons = comparisons(in: folder, levels: 2)
        let runs = FoundRun.all(in: folder, levels: 4).map { "\(folder)/\($0.folder)" }.filter {
            run in !comparisons.contains { run.hasPrefix("\($0)/") }
        }
        let all = comparisons + runs
        guard all.count <= mostReported else {
            throw UsageError(
                "\(folder): expected at most \(mostReported) comparisons and runs, found"
                    + " \(all.count); name one of them")
        }
        return all
    }
}

extension RunList.Row {
    /// How far this run is.
    fileprivate var progress: String {
        switch status {
        case .done: return "\(roundsDone), done"
        case .failed: return "\(roundsDone), failed: \(file?.reason ?? "no reason is given")"
        case .running: return "\(roundsDone), under way"
        case .unfinished: return "\(roundsDone), interrupted"
        case .missing: return "not begun"
        case .damaged: return problem ?? "damaged"
        }
    }

    private var roundsDone: String {
        "\(roundsWritten)/\(rounds.map(String.init) ?? "?") rounds"
    }

    /// Returns the name of the run with its newest numbers.
    ///
    /// - Parameter top: the folder that is left out of the name.
    fileprivate func newest(in top: String) -> String {
        let name = folder.hasPrefix("\(top)/") ? String(folder.dropFirst(top.count + 1)) : folder
        var parts = [name, roundsDone]
        // A row may be half written at this moment.
        if let file, let summary = try? file.summary(in: folder) {
            if let last = summary.evaluations.last {
                parts.append("\(file.metric.name) \(file.metric.text(last.value))")
            }
            if let rate = summary.lastGlobalRate { parts.append("global rate \(brief(rate))") }
            if let rate = summary.lastLocalRate { parts.append("local rate \(brief(rate))") }
        }
        return parts.joined(separator: "  ")
    }
}
