import Settings

/// Returns whether a name can be the name of a folder, and can be printed on a terminal.
func isFolderName(_ name: String) -> Bool { folderNameProblem(name) == nil }

/// Returns why a name cannot be the name of a folder in every shell, file system and program; nil
/// if it can.
func folderNameProblem(_ name: String) -> String? {
    if name.isEmpty { return "an empty name" }
    if name.utf8.count > 200 { return "a name of more than 200 bytes" }
    let scalars = name.unicodeScalars
    if scalars.contains("/") { return "a slash in it" }
    if scalars.contains(where: isInvisible) { return "invisible characters in it" }
    if let first = scalars.first, let last = scalars.last {
        if first.properties.isWhitespace { return "a space at its start" }
        if last.properties.isWhitespace { return "a space at its end" }
        if first == "." { return "a dot at its start, which hides a folder" }
        if first == "-" { return "a '-' at its start, as in options" }
        if first == "~" { return "a '~' at its start, which shells replace" }
    }
    return nil
}

/// Returns whether a character controls a terminal, ends a line or turns the writing direction.
private func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse: true
    default: false
    }
}

/// Checks of the names of variants, or of studies, which become names of folders.
struct FolderNames {
    /// The names of files and folders of a comparison, beside the folders of variants and studies
    /// and inside them.
    private static let taken = [
        "comparison.json", "comparison.yaml", "comparison.csv", "summary.csv", "against.csv",
        "heatmap.svg",
        "report.html", "run.json", "scenario.yaml", "rounds.csv", "clients.csv",
        "client_evaluations.csv", "class_evaluations.csv", "traces.csv", "server_traces.csv",
        "drops.csv", "model.safetensors", "checkpoints", "events.out.tfevents.hyperfed",
        "vocabulary.txt",
    ]

    /// The texts that pandas, by default, reads as a missing value.
    private static let missing = [
        "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN",
        "<NA>", "N/A", "NA", "NULL", "NaN", "None", "n/a", "nan", "null",
    ]

    /// Refuses names that cannot be folders, and names that are the same on some file system.
    ///
    /// - Parameter path: the path of the mapping whose keys are the names.
    static func check(_ entries: [SettingsNode.Entry], _ path: String) throws(SettingsError) {
        for (index, entry) in entries.enumerated() {
            let name = entry.key
            func refuse(_ reason: String) -> SettingsError {
                SettingsError(
                    entry.place,
                    Mismatch(
                        path, expected: "a name that can be a folder",
                        found: "'\(shown(name))' (\(reason))", advice: "choose another name"))
            }
            if let problem = folderNameProblem(name) { throw refuse(problem) }
            let folded = name.lowercased()
            if taken.contains(folded) || isFolderOfSeed(folded) {
                throw refuse("a name that hyperfed uses itself")
            }
            if let same = entries[..<index].first(where: { $0.key.lowercased() == folded }) {
                throw refuse(
                    "the same folder as '\(shown(same.key))' if upper and lower case are one")
            }
        }
    }

    /// Returns whether a name is `seed-1`, with any number.
    private static func isFolderOfSeed(_ name: String) -> Bool {
        name.hasPrefix("seed-") && name.count > 5 && name.dropFirst(5).allSatisfy(\.isNumber)
    }

    /// Returns a warning for each name that programs do not read unchanged from comparison.csv.
    static func warnings(_ names: [(name: String, place: SettingLocation?)]) -> [Diagnostic] {
        names.enumerated().compactMap { index, entry in
            reading(entry.name, beside: names[..<index].map(\.name)).map { reading in
                Diagnostic(
                    place: entry.place, severity: .warning,
                    Mismatch(
                        "compare.variants", expected: "a name that other programs read unchanged",
                        found: "'\(shown(entry.name))' in comparison.csv", effect: reading,
                        advice: "choose another name"))
            }
        }
    }

    private static func reading(_ name: String, beside others: [String]) -> String? {
        if missing.contains(name) { return "pandas reads it as missing" }
        if let first = name.first, "=+@".contains(first) {
            return "spreadsheets read it as a formula"
        }
        if ["true", "false"].contains(name.lowercased()) {
            return "pandas, polars and DuckDB read it as a truth value"
        }
        if ["t", "f", "yes", "no"].contains(name.lowercased()) {
            return "DuckDB reads it as a truth value"
        }
        if isDateOrTime(name) { return "DuckDB reads it as a date or a time" }
        guard let number = Double(name) else { return nil }
        if others.contains(where: { Double($0) == number }) {
            return "pandas reads it and another name as the same number"
        }
        // The name 0.5 is the same text again, but 0.50 is not.
        return number.isFinite && (String(number) == name || Int(name).map(String.init) == name)
            ? nil : "pandas, polars or DuckDB read it as the number \(number)"
    }

    /// Returns whether a name is a date such as 2026-01-02 or 02.01.2026, or a time such as 12:30.
    private static func isDateOrTime(_ name: String) -> Bool {
        func parts(_ separator: Character) -> [Substring] {
            name.split(separator: separator, omittingEmptySubsequences: false)
        }
        let isTime = parts(":").count > 1 && parts(":").allSatisfy(isNumeral)
        let hasYear = parts(".").contains { $0.count == 4 }
        return name == "epoch" || isTime || isDate(parts("-")) || hasYear && isDate(parts("."))
    }

    private static func isDate(_ parts: [Substring]) -> Bool {
        parts.count == 3 && parts.allSatisfy { $0.count < 5 && isNumeral($0) }
    }

    private static func isNumeral(_ text: Substring) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }
}
