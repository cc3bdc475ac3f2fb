import Settings

extension ComparisonState {
    /// Returns the warnings about runs in the folder, before the first run starts.
    ///
    /// - Parameters:
    ///   - plan: all runs that the folder is to have, also those of earlier comparisons.
    ///   - overwrites: whether runs that are there are replaced.
    func warnings(
        _ plan: ComparisonFile, _ mode: ComparisonOptions, overwrites: Bool
    ) -> [String] {
        [foreignRuns(plan, mode, overwrites: overwrites), otherBuilds(mode)].compactMap(\.self)
    }

    /// Names runs that this comparison does not have. A reader of all runs would count them as runs
    /// of it.
    private func foreignRuns(
        _ plan: ComparisonFile, _ mode: ComparisonOptions, overwrites: Bool
    ) -> String? {
        guard overwrites || mode.continues, mode.shard == nil else { return nil }
        let planned = Set(plan.studies.flatMap { $0.runs.map(\.folder) })
        let own = mode.isWhole ? [""] : studies.map { $0.folder + "/" }
        let foreign = others.filter { run in
            !planned.contains(run) && own.contains { run.hasPrefix($0) }
        }
        guard !foreign.isEmpty else { return nil }
        let paths = foreign.prefix(8).map { "\(folder)/\($0)" }.joined(separator: ", ")
        let more = foreign.count > 8 ? " and \(foreign.count - 8) more" : ""
        return "\(folder): expected only runs of this comparison, found \(paths)\(more); they stay"
            + " as they are and are in none of its tables; remove them if you do not need them"
    }

    /// Names runs that ended under another build and are not run again.
    private func otherBuilds(_ mode: ComparisonOptions) -> String? {
        let again = waiting(mode).map { Set($0) }
        let files = entries.enumerated().flatMap { study, entries in
            entries.enumerated().compactMap { index, entry in
                again[study].contains(index) ? nil : entry.file
            }
        }.filter { $0.program != ProgramIdentity.text }
        guard let file = files.first else { return nil }
        return "\(folder): expected finished runs of this program (\(ProgramIdentity.text)), found"
            + " \(counted(files.count, "run")) of another one (\(file.program)); their numbers may"
            + " differ from those of new runs; add --overwrite to run all anew"
    }
}
