import Settings

/// `label` of a variant: its name in figures and tables of the report. A label changes no run.
enum VariantLabels {
    /// How many characters a label has at most.
    static let mostCharacters = 60

    /// Separates the label of a variant from its changed keys.
    ///
    /// - Returns: the changed keys without the label, and the label; nil if there is none.
    /// - Throws: `SettingsError` for a label of another form.
    static func separate(_ variant: SettingsNode.Entry) throws(SettingsError) -> (
        overrides: SettingsNode, label: String?
    ) {
        guard case .mapping(let entries) = variant.value.content,
            let entry = entries.first(where: { $0.key == "label" })
        else { return (variant.value, nil) }
        let path = "compare.variants.\(shown(variant.key)).label"
        let expected = "a text of 1 to \(mostCharacters) characters in one line"
        guard let text = entry.value.text else {
            throw entry.value.unexpected(path, expected: expected)
        }
        let hasControls = text.unicodeScalars.contains { scalar in
            switch scalar.properties.generalCategory {
            case .control, .lineSeparator, .paragraphSeparator, .surrogate: true
            default: false
            }
        }
        guard text.contains(where: { !$0.isWhitespace }), text.count <= mostCharacters,
            !hasControls
        else {
            let found =
                hasControls ? "a control character" : "\(counted(text.count, "character"))"
            throw SettingsError(
                entry.place,
                Mismatch(path, expected: expected, found: found, advice: "shorten the label"))
        }
        var overrides = variant.value
        overrides.content = .mapping(entries.filter { $0.key != "label" })
        return (overrides, text)
    }

    /// Checks that no two variants have one label.
    ///
    /// - Throws: `SettingsError` with the second of them.
    static func check(
        _ variants: [(name: String, label: String?)], _ entries: [SettingsNode.Entry]
    ) throws(SettingsError) {
        for (index, variant) in variants.enumerated() {
            let name = variant.label ?? variant.name
            let other = variants[..<index].first { ($0.label ?? $0.name) == name }
            guard let other else { continue }
            throw SettingsError(
                entries[index].place,
                Mismatch(
                    "compare.variants", expected: "another label for each variant",
                    found: "'\(name)' for \(shown(other.name)) and \(shown(variant.name))",
                    advice: "change one of them"))
        }
    }
}
