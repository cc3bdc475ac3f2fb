import Settings

extension RunFile.State {
    /// Whether a run that still goes on has this state. A run that was killed keeps it.
    var isOfRunningRun: Bool {
        switch self {
        case .starting, .running: true
        case .finished, .failed, .interrupted, .stopped: false
        }
    }
}

extension RunList {
    /// Returns a sentence about how far the runs in a folder are. It has no full stop.
    ///
    /// The folder, or its first run, may not be there yet. No lock is read, so a run that was
    /// killed counts as one that goes on.
    public static func progress(of folder: String) -> String {
        guard Files.isFolder(folder) else { return "\(folder) is not there yet; waiting for it" }
        let list: RunList
        do {
            list = try RunList(in: folder, readsLocks: false)
        } catch {
            return "no run is there yet; waiting for the first one"
        }
        guard list.rows.count > 1 else { return list.rows.map(\.progress).joined() }
        let words: [(Status, String)] = [
            (.done, "done"), (.failed, "failed"), (.running, "under way"),
            (.unfinished, "interrupted"), (.missing, "not begun"), (.damaged, "damaged"),
        ]
        let parts = words.compactMap { status, word in
            let count = list.count(status)
            return count == 0 ? nil : "\(count) \(word)"
        }
        return "\(counted(list.rows.count, "run")): \(parts.joined(separator: ", "))"
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
        let rounds = "\(roundsWritten)/\(rounds.map(String.init) ?? "?") rounds"
        switch status {
        case .done: return "\(rounds), done"
        case .failed: return "\(rounds), failed: \(file?.reason ?? "no reason is given")"
        case .running: return "\(rounds), under way"
        case .unfinished: return "\(rounds), interrupted"
        case .missing: return "not begun"
        case .damaged: return problem ?? "damaged"
        }
    }
}
