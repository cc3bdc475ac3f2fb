import Settings

extension ComparisonSection {
    /// Returns warnings about keys for all studies that every study gives itself.
    func withoutEffect() -> [Diagnostic] {
        let own: [(key: String, isOwn: (ComparisonSection) -> Bool)] = [
            ("seeds", { $0.extent.seeds != nil }), ("grid", { $0.extent.grid != nil }),
            ("draw", { $0.draws != nil }), ("variants", { $0.variants != nil }),
            ("baseline", { $0.baseline != nil }), ("target", { $0.target != nil }),
        ]
        return own.compactMap { key, isOwn in
            guard let place = written.first(where: { $0.key == key })?.place,
                // Seeds of the command line are those of every study.
                key != "seeds" || place.file != nil,
                studies.allSatisfy({ isOwn($0.section) })
            else { return nil }
            return Diagnostic(
                place: place, severity: .warning,
                Mismatch(
                    "compare.\(key)", expected: "a study that uses it",
                    found: "\(key) in each study", effect: "it has no effect",
                    advice: "leave it out"))
        }
    }
}
