import Settings

/// Keys of the command line that belong to a component, such as `client.scheduler.hyper_rate`, in
/// runs whose variant or cell chooses a kind without this key.
///
/// Such a run is made without the key, and the key counts for the other runs. If no run has the
/// key, it is an error as in a scenario without a comparison.
struct KeysOfOtherKinds {
    private struct Missing {
        let override: ScenarioFile.Override
        var variants: [String]
        var count: Int
        /// The error of the first run without the key.
        let error: Diagnostic
    }

    private let overrides: [ScenarioFile.Override]
    private var missing: [Missing] = []

    /// Starts without any runs.
    ///
    /// - Parameter overrides: the changes of the command line.
    init(_ overrides: [ScenarioFile.Override]) { self.overrides = overrides }

    /// Makes a run, if needed without keys that its kinds do not have.
    mutating func run(
        _ arm: Arm, _ body: (LayeredTree) throws(SettingsError) -> ScenarioFile.ConfiguredRun
    ) throws(SettingsError) -> ScenarioFile.ConfiguredRun {
        do {
            return try body(arm.tree)
        } catch {
            let own = error.diagnostics.compactMap { diagnostic in
                overrides.first { isMissing($0, diagnostic, arm) }.map { ($0, diagnostic) }
            }
            guard !own.isEmpty else { throw error }
            var tree = arm.withoutCommandLine
            for override in overrides where !override.isAboutComparison {
                if own.contains(where: { $0.0.path == override.path }) { continue }
                try override.apply(to: &tree)
            }
            for (override, diagnostic) in own { record(override, diagnostic, arm.variant) }
            return try body(tree)
        }
    }

    // Whether an error is about this key, in a component whose kind a variant or a cell chooses.
    private func isMissing(
        _ override: ScenarioFile.Override, _ error: Diagnostic, _ arm: Arm
    ) -> Bool {
        guard error.place == override.place, error.keyOfOtherKind == override.path else {
            return false
        }
        let kind = override.path.split(separator: ".").dropLast().map(String.init) + ["kind"]
        let layer = arm.withoutCommandLine.effective.value(at: kind)?.layer.kind
        return layer == .variant || layer == .cell
    }

    private mutating func record(
        _ override: ScenarioFile.Override, _ error: Diagnostic, _ variant: String
    ) {
        guard let index = missing.firstIndex(where: { $0.override.path == override.path }) else {
            missing.append(
                Missing(override: override, variants: [variant], count: 1, error: error))
            return
        }
        missing[index].count += 1
        if !missing[index].variants.contains(variant) { missing[index].variants.append(variant) }
    }

    /// Returns the errors about keys that no run has.
    func errors(of arms: [Arm]) -> [Diagnostic] {
        missing.filter { $0.count == arms.count }.map(\.error)
    }

    /// The warnings about keys that only some runs have.
    var warnings: [Diagnostic] {
        missing.map { missing in
            let names = missing.variants.map(shown)
            return Diagnostic(
                place: missing.override.place, severity: .warning,
                Mismatch(
                    missing.override.path, expected: "kinds with this key",
                    found: "others in variant\(names.count == 1 ? "" : "s") \(wordList(names))",
                    effect: "the value counts for the other runs only"))
        }
    }
}
