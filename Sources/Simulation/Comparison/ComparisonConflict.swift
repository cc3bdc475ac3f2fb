import Scenarios

extension ComparisonState {
    /// Returns the conflicts, in one sentence each.
    ///
    /// - Parameter prepared: the same studies as in the plan.
    func conflictTexts(_ prepared: [PreparedStudy]) -> [String] {
        conflicts.map { conflict in
            conflict.text(
                prepared[conflict.study].runs[conflict.run],
                "\(folder)/\(entries[conflict.study][conflict.run].folder)")
        }
    }
}

extension ComparisonState.Conflict {
    /// Returns what is in the place of a run, in one sentence.
    ///
    /// - Parameters:
    ///   - run: the run.
    ///   - folder: its folder.
    fileprivate func text(_ run: PreparedRun, _ folder: String) -> String {
        switch content {
        case .damaged(let problem): return problem
        case .other(let file):
            let name = "\(run.name), seed \(run.scenario.seed)"
            return "\(folder): expected a run of \(name), found one with other settings:"
                + " \(Self.differences(run, file, folder).joined(separator: "; "))"
        }
    }

    /// Returns what the found run has in place of the expected one's settings.
    private static func differences(_ run: PreparedRun, _ file: RunFile, _ folder: String)
        -> [String]
    {
        var found: [String] = []
        if let own = try? ResolvedSettings(run.resolved, file: "scenario"),
            let text = try? Files.read("\(folder)/scenario.yaml"),
            let other = try? ResolvedSettings(text, file: "\(folder)/scenario.yaml")
        {
            found = own.withoutPlaces.differences(in: other.withoutPlaces)
        }
        if file.dataKey != run.dataKey {
            found.append("data key \(file.dataKey), not \(run.dataKey)")
        }
        if found.isEmpty { found.append("digest \(file.digest), not \(run.digest)") }
        let more = found.count > 8 ? ["and \(found.count - 8) more"] : []
        return found.prefix(8) + more
    }
}
