import Settings

/// One run of a study before its settings are read.
struct Arm {
    let variant: String
    let cell: [GridValue]
    let seed: UInt64?
    /// The settings of all layers.
    let tree: LayeredTree
    /// The settings without the command line.
    let withoutCommandLine: LayeredTree
}

/// A value that a stronger layer replaced in some runs of a study.
struct Shadow {
    /// The values that were lost; all have the same path and location, or the same winner.
    var lost: [LayeredTree.LostValue]
    /// The variants of these runs, each once.
    var variants: [String]
    /// The numbers of these runs.
    var arms: Set<Int>
    /// ` of study NAME`; empty in a file without studies.
    let ofStudy: String

    /// The path of the first lost value.
    var path: String { lost[0].path }
    /// The paths of all lost values, each once.
    var paths: String {
        var paths: [String] = []
        for value in lost where !paths.contains(value.path) { paths.append(value.path) }
        return wordList(paths)
    }
    /// The path that the winner sets.
    var winnerPath: String { lost[0].winner.path }
    /// `variant a` or `variants a and b`, with the study.
    var namedVariants: String {
        "variant\(variants.count == 1 ? "" : "s") \(wordList(variants.map(shown)))\(ofStudy)"
    }
}

/// One row of the table of shadowing: which layer may replace a value of which other layer.
struct ShadowRule {
    /// The layers that replace a value.
    let winners: Set<SettingsLayer.Kind>
    /// The layers whose value is lost.
    let losers: Set<SettingsLayer.Kind>
    /// What else must hold for a lost value.
    var applies: @Sendable (LayeredTree.LostValue) -> Bool = { _ in true }
    /// Whether the value must be lost in every run of the study.
    var inEveryRun = false
    /// Whether the variants must be equal because of the command line; nil if it does not matter.
    var makesVariantsEqual: Bool?
    /// Whether the message is an error or a warning.
    let severity: Diagnostic.Severity
    /// Whether the message has the location of the winner.
    var isAtWinner = false
    /// Makes the message about a shadow.
    let mismatch: @Sendable (Shadow) -> Mismatch
}

extension ShadowRule {
    private static let sets: Set<SettingsLayer.Kind> = [.compareSet, .studySet, .quickSet]
    /// The layers that differ between the runs of a comparison.
    private static let perRun: Set<SettingsLayer.Kind> = [.draw, .variant, .cell, .seed]

    /// Every shadowing about which the user gets a message: an error or a warning. All other
    /// shadowing is normal.
    static let table: [ShadowRule] = [
        ShadowRule(
            winners: sets.union([.variant]), losers: sets.union([.variant]),
            applies: { $0.layer == $0.winner.layer }, severity: .error
        ) {
            Mismatch(
                $0.lost[0].layer.path, expected: "\($0.path) once",
                found: "it here and again below with another value", advice: "leave one of them out"
            )
        },
        ShadowRule(winners: [.cell], losers: [.variant], severity: .error) {
            Mismatch(
                $0.lost[0].layer.path, expected: "one source for \($0.winnerPath)",
                found: "this variant and compare.grid", advice: "remove one")
        },
        ShadowRule(winners: [.cell], losers: [.draw], severity: .error) {
            Mismatch(
                "compare.draw", expected: "one source for \($0.path)",
                found: "compare.draw and compare.grid"
                    + ($0.path == $0.winnerPath ? "" : ", which replaces all of \($0.winnerPath)"),
                advice: "remove one")
        },
        ShadowRule(
            winners: [.variant], losers: [.draw], applies: \.isGone, severity: .error,
            isAtWinner: true
        ) {
            Mismatch(
                $0.lost[0].winner.layer.path, expected: "one source for \($0.path)",
                found: "compare.draw and this variant, which replaces all of \($0.winnerPath)",
                advice: "remove one")
        },
        ShadowRule(
            winners: [.variant], losers: [.draw], applies: { !$0.isGone }, inEveryRun: true,
            severity: .warning
        ) {
            Mismatch(
                "compare.draw", expected: "a variant\($0.ofStudy) that uses the drawn \($0.path)",
                found: "another value in each", effect: "the drawn values have no effect",
                advice: "remove \($0.path) from compare.draw or from the variants")
        },
        ShadowRule(winners: perRun, losers: sets, inEveryRun: true, severity: .warning) {
            Mismatch(
                $0.lost[0].layer.path, expected: "a run\($0.ofStudy) that uses this \($0.path)",
                found: "another value in each", effect: "the value has no effect",
                advice: "leave it out")
        },
        ShadowRule(
            winners: [.commandLine], losers: [.cell], severity: .error, isAtWinner: true
        ) {
            let value = $0.lost[0].winner.value.flowText
            let instead =
                $0.path == $0.winnerPath
                    && $0.ofStudy.isEmpty
                ? "use --set 'compare.grid={ \($0.path): [\(value)] }'"
                : "change the grid of the \($0.ofStudy.isEmpty ? "comparison" : "study")"
            return Mismatch(
                $0.winnerPath, expected: "a key that compare.grid does not vary",
                found: "\($0.path) in the grid\($0.ofStudy)", advice: instead)
        },
        ShadowRule(
            winners: [.commandLine], losers: [.seed], severity: .error, isAtWinner: true
        ) {
            Mismatch(
                $0.winnerPath, expected: "a key that compare.seeds does not give",
                found: "the seed of each run\($0.ofStudy)",
                advice: UInt64($0.lost[0].winner.value.flowText).map { "use --seed \($0)" }
                    ?? "use --seed with a number")
        },
        ShadowRule(
            winners: [.commandLine], losers: [.variant], makesVariantsEqual: true,
            severity: .error, isAtWinner: true
        ) {
            Mismatch(
                $0.winnerPath, expected: "a key that leaves the variants different",
                found: "the one in which \($0.namedVariants) differ",
                advice: "change the variants in the file, or leave this key out")
        },
        ShadowRule(
            winners: [.commandLine], losers: [.variant], makesVariantsEqual: false,
            severity: .warning, isAtWinner: true
        ) {
            Mismatch(
                $0.winnerPath, expected: "a key that no variant sets",
                found: "\($0.paths) in \($0.namedVariants)",
                effect: "the command line wins there, too",
                advice: "leave it out to keep the variants' own values")
        },
        ShadowRule(
            winners: [.commandLine], losers: [.draw], severity: .warning, isAtWinner: true
        ) {
            Mismatch(
                $0.winnerPath, expected: "a key that compare.draw does not draw",
                found: "\($0.path) there", effect: "all seeds\($0.ofStudy) use this value",
                advice: "leave it out to draw the key")
        },
    ]

    /// Applies the table to all runs of a study.
    ///
    /// - Parameter study: the study's name; nil in a file without studies.
    /// - Returns: errors and warnings, rule by rule.
    static func diagnostics(_ arms: [Arm], study: String?) -> [Diagnostic] {
        let lost = arms.map { $0.tree.lostValues() }
        let areEqual = variantsBecomeEqual(arms)
        let ofStudy = study.map { " of study \(shown($0))" } ?? ""
        return table.flatMap { rule -> [Diagnostic] in
            guard rule.makesVariantsEqual.map({ $0 == areEqual }) ?? true else { return [] }
            return rule.shadows(lost, arms, ofStudy)
                .filter { !rule.inEveryRun || $0.arms.count == arms.count }
                .map { shadow in
                    let first = shadow.lost[0]
                    return Diagnostic(
                        place: rule.isAtWinner ? first.winner.value.place : first.value.place,
                        severity: rule.severity, rule.mismatch(shadow))
                }
        }
    }

    /// Returns the lost values to which this rule applies, grouped by what its message is about.
    private func shadows(
        _ lost: [[LayeredTree.LostValue]], _ arms: [Arm], _ ofStudy: String
    ) -> [Shadow] {
        var keys: [String] = []
        var shadows: [Shadow] = []
        for (index, values) in lost.enumerated() {
            for value in values
            where winners.contains(value.winner.layer.kind) && losers.contains(value.layer.kind)
                && applies(value)
            {
                let key =
                    isAtWinner
                    ? "\(value.winner.value.place) \(value.winner.path)"
                    : "\(value.value.place) \(value.path)"
                let variant = arms[index].variant
                guard let known = keys.firstIndex(of: key) else {
                    keys.append(key)
                    shadows.append(
                        Shadow(
                            lost: [value], variants: [variant], arms: [index], ofStudy: ofStudy))
                    continue
                }
                shadows[known].lost.append(value)
                shadows[known].arms.insert(index)
                if !shadows[known].variants.contains(variant) {
                    shadows[known].variants.append(variant)
                }
            }
        }
        return shadows
    }

    // Whether all variants have the same settings, which they have not without the command line.
    private static func variantsBecomeEqual(_ arms: [Arm]) -> Bool {
        guard let first = arms.first else { return false }
        let variants = arms.filter { $0.cell == first.cell && $0.seed == first.seed }
        guard variants.contains(where: { $0.variant != first.variant }) else { return false }
        return variants.allSatisfy { $0.tree.effective.hasSameValues(as: first.tree.effective) }
            && !variants.allSatisfy {
                $0.withoutCommandLine.effective.hasSameValues(
                    as: first.withoutCommandLine.effective)
            }
    }
}

extension SettingsLayer {
    /// The key path of the layer in the file.
    fileprivate var path: String {
        kind == .variant ? "compare.variants.\(name.dropFirst(8))" : name
    }

    /// Returns the layer of a variant.
    static func variant(_ name: String) -> SettingsLayer {
        SettingsLayer(.variant, "variant \(name)")
    }
}
