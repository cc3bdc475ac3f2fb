import Settings

/// Whether a name can be that of a folder, and be shown on a terminal as it is.
func isFolderName(_ name: String) -> Bool { folderNameProblem(name) == nil }

/// What keeps a name from being that of a folder that every shell, file system and program can
/// handle; nil if nothing does.
func folderNameProblem(_ name: String) -> String? {
    if name.isEmpty { return "it is empty" }
    if name.utf8.count > 200 { return "it is longer than 200 bytes" }
    let scalars = name.unicodeScalars
    if scalars.contains("/") { return "it has a slash" }
    if scalars.contains(where: isInvisible) { return "it has characters that can't be seen" }
    if let first = scalars.first, let last = scalars.last {
        if first.properties.isWhitespace { return "it begins with a space" }
        if last.properties.isWhitespace { return "it ends with a space" }
        if first == "." { return "it begins with a dot, which hides a folder" }
        if first == "-" { return "it begins with '-', which programs take for an option" }
        if first == "~" { return "it begins with '~', which shells take for a home" }
    }
    return nil
}

/// Control characters, line ends, and what turns the direction of writing.
private func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse: true
    default: false
    }
}

/// Names of variants, or of studies, beside each other.
struct FolderNames {
    /// The names that a comparison gives to files and folders of its own, beside those of its
    /// variants and studies, and inside of them.
    private static let taken = [
        "comparison.csv", "against.csv", "heatmap.svg", "report.html", "run.json",
        "scenario.yaml", "rounds.csv", "clients.csv", "client_evaluations.csv", "traces.csv",
        "server_traces.csv", "drops.csv", "model.safetensors", "checkpoints",
    ]

    /// What pandas, by default, takes for a value that is missing.
    private static let missing = [
        "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN",
        "<NA>", "N/A", "NA", "NULL", "NaN", "None", "n/a", "nan", "null",
    ]

    /// Refuses names that would hurt, and those that are one on some file system.
    ///
    /// - Parameter what: "a variant's name".
    static func check(_ entries: [SettingsNode.Entry], _ what: String) throws(SettingsError) {
        for (index, entry) in entries.enumerated() {
            let name = entry.key
            func refuse(_ reason: String) -> SettingsError {
                SettingsError(
                    entry.place,
                    "\(what) is the name of a folder; this is '\(shown(name))', and \(reason)")
            }
            if let problem = folderNameProblem(name) { throw refuse(problem) }
            let folded = name.lowercased()
            if taken.contains(folded) || isFolderOfSeed(folded) {
                throw refuse("hyperfed gives that name itself")
            }
            if let same = entries[..<index].first(where: { $0.key.lowercased() == folded }) {
                throw refuse(
                    "beside '\(shown(same.key))' it is the same folder where upper and lower case"
                        + " are one")
            }
        }
    }

    /// "seed-1", with any number.
    private static func isFolderOfSeed(_ name: String) -> Bool {
        name.hasPrefix("seed-") && name.count > 5 && name.dropFirst(5).allSatisfy(\.isNumber)
    }

    /// What programs that read comparison.csv make of these names: a warning for each that they
    /// don't read as it is.
    static func warnings(_ names: [(name: String, place: Place?)]) -> [Diagnostic] {
        names.enumerated().compactMap { index, entry in
            reading(entry.name, beside: names[..<index].map(\.name)).map { reading in
                Diagnostic(
                    place: entry.place, severity: .warning,
                    message:
                        "the variant's name '\(shown(entry.name))' stands in comparison.csv, and"
                        + " \(reading); another name is safer")
            }
        }
    }

    private static func reading(_ name: String, beside others: [String]) -> String? {
        if missing.contains(name) { return "pandas reads it as missing" }
        if let first = name.first, "=+@".contains(first) {
            return "spreadsheets read it as a formula"
        }
        guard let number = Double(name) else { return nil }
        return others.contains { Double($0) == number }
            ? "pandas reads it and another one as the same number" : nil
    }
}
