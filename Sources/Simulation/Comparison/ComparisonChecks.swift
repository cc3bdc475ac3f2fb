/// Checks whether a comparison can be written into a folder. Nothing is changed.
struct ComparisonChecks {
    let plan: ComparisonFile
    let top: String

    /// Checks that the comparison would not be mixed with results of another kind.
    ///
    /// - Throws: `UsageError` with what is there.
    func checkKind() throws(UsageError) {
        for study in plan.studies { try checkKind(of: study) }
        guard let (outer, folder) = FolderContent.plan(around: top) else { return }
        throw UsageError(
            "\(top): expected a folder for a comparison, found \(folder), which is planned in that"
                + " of \(outer); choose another --output")
    }

    private func checkKind(of study: PlannedStudy) throws(UsageError) {
        let path = study.folder(in: top)
        for folder in [top, path] where Files.exists("\(folder)/\(RunFile.name)") {
            throw UsageError(
                "\(folder): expected a folder for a comparison, found a run; choose another"
                    + " --output")
        }
        if let run = FolderContent.runAround(path) {
            throw UsageError(
                "\(path): expected a folder outside of runs, found that of a run around it, \(run);"
                    + " choose another --output")
        }
        if study.name == nil, let other = FolderContent.studies(in: top).first {
            throw UsageError(
                "\(top): expected a folder for a comparison without studies, found the study"
                    + " \(other); choose another --output")
        }
        if study.name != nil, Files.exists("\(top)/\(FolderContent.table)") {
            throw UsageError(
                "\(top): expected a folder for studies, found a comparison without studies"
                    + " (\(FolderContent.table)); choose another --output")
        }
        if let run = FolderContent.runs(directlyIn: path).first {
            throw UsageError(
                "\(path): expected a folder for a comparison, found that of one variant (\(run));"
                    + " choose another --output")
        }
        guard FolderContent.tableIsOwn(in: path) else {
            throw UsageError(
                "\(path): expected a comparison to replace, found a \(FolderContent.table) that no"
                    + " comparison wrote; move it away, or choose another --output")
        }
        guard FolderContent.planIsOwn(in: top) else {
            throw UsageError(
                "\(top): expected a folder without other files, found a file with the name of"
                    + " \(ComparisonFile.name) or \(ComparisonFile.scenarioName) that no"
                    + " comparison wrote; move it away, or choose another --output")
        }
    }

    /// Checks that nothing of a comparison is there.
    ///
    /// - Throws: `UsageError` with what is there.
    func checkIsNew() throws(UsageError) {
        let advice = "choose another --output, add --continue to run only what is missing, or"
        for study in plan.studies {
            let path = study.folder(in: top)
            if FolderContent.tableHasRows(in: path) {
                throw UsageError(
                    "\(path): expected a folder without a comparison, found one"
                        + " (\(FolderContent.table)); \(advice) add --overwrite")
            }
            for run in study.runs {
                let folder = "\(top)/\(run.folder)"
                guard Files.exists("\(folder)/\(RunFile.name)") else {
                    try Self.checkFiles(folder)
                    continue
                }
                throw UsageError(
                    "\(folder): expected a folder without a run, found a run; \(advice) add"
                        + " --overwrite")
            }
        }
    }

    /// Checks that no file of another program has the name of one of a run's.
    static func checkFiles(_ folder: String) throws(UsageError) {
        do {
            try RunFolder.checkContent(folder, overwrite: true)
        } catch let error as UsageError {
            throw error
        } catch {
            throw UsageError("\(error)")
        }
    }

    /// Checks that another shard's plan, if there is one, is the same.
    func checkIsSamePlan() throws(UsageError) {
        guard ComparisonFile.isIn(top) else { return }
        let other = try ComparisonFile(reading: top)
        guard other.studies != plan.studies else { return }
        throw UsageError(
            "\(top): expected the comparison of all shards, found one with other runs; add"
                + " --continue if it shall have these runs from now on, or choose another --output")
    }

    /// Checks that nothing else is where runs will be written.
    ///
    /// - Parameters:
    ///   - state: the runs that are there.
    ///   - studies: the same studies as in the plan.
    func checkConflicts(_ state: ComparisonState, _ studies: [PreparedStudy]) throws(UsageError) {
        guard !state.conflicts.isEmpty else { return }
        let texts = state.conflictTexts(studies)
        let more = texts.count > 8 ? ["and \(texts.count - 8) more"] : []
        throw UsageError(
            (texts.prefix(8) + more).joined(separator: "\n")
                + "\nchoose another --output, or add --overwrite to replace"
                + (texts.count == 1 ? " it" : " them"))
    }
}
