public import Settings

extension ScenarioFile {
    /// Returns each variant in each cell of the grid, with its first seed. Without a comparison the
    /// only run is the base scenario.
    ///
    /// - Parameter names: the variants, as `--variant` names them; none for all.
    /// - Throws: `SettingsError` if a variant is unknown or a run has a mistake.
    public func firstSeeds(ofVariants names: [String]) throws(SettingsError) -> [ConfiguredRun] {
        let place = SettingLocation("command line --variant")
        guard isComparison else {
            if let name = names.first {
                throw SettingsError(
                    place,
                    Mismatch(
                        "--variant", expected: "a scenario with compare.variants",
                        found: "'\(shown(name))' for one without", advice: "leave --variant out"))
            }
            return [try baseRun()]
        }
        let runs = try studies().flatMap(\.runs)
        var known: [String] = []
        for run in runs where !known.contains(run.variant) { known.append(run.variant) }
        for name in names where !known.contains(name) {
            throw SettingsError(
                place, unknownName(name, "--variant", among: known, "a variant of the comparison"))
        }
        var first: Set<String> = []
        return runs.filter { run in
            (names.isEmpty || names.contains(run.variant))
                && first.insert("\(run.study ?? "")/\(run.name)").inserted
        }
    }
}
