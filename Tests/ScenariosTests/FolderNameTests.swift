import Scenarios
import Settings
import Testing

@Suite struct `Names of variants and studies` {
    private func load(_ names: [String], in key: String = "variants") throws(SettingsError)
        -> [ScenarioFile.ConfiguredRun]
    {
        let entries = names.enumerated().map { index, name in
            var text = ""
            for scalar in name.unicodeScalars {
                switch scalar {
                case "\"", "\\": text += "\\\(scalar)"
                case _ where scalar.value < 0x20 || scalar.value > 0x7E:
                    let digits = String(scalar.value, radix: 16)
                    text += "\\U" + String(repeating: "0", count: 8 - digits.count) + digits
                default: text += String(scalar)
                }
            }
            // No two have the same settings.
            return "\"\(text)\": { client.learning_rate: 0.0\(index + 1) }"
        }
        let text =
            "compare: { \(key): { \(entries.joined(separator: ", ")) } }\n"
            + "data: { dataset: digits }\n"
        let file = try ScenarioFile(text: text, file: "demo.yaml", workingFolder: "")
        return try file.comparison()
    }

    @Test(
        arguments: [
            ("", "an empty name"), (" lead", "a space at its start"),
            ("trail ", "a space at its end"), ("\u{A0}lead", "a space at its start"),
            ("-rf", "a '-' at its start"), ("--help", "a '-' at its start"),
            (".", "a dot at its start"), ("..", "a dot at its start"),
            (".hidden", "a dot at its start"), ("~", "a '~' at its start"),
            ("a/b", "a slash in it"), ("/", "a slash in it"),
            ("a\u{7}b", "invisible characters in it"),
            ("a\nb", "invisible characters in it"),
            ("a\tb", "invisible characters in it"),
            ("a\u{7F}", "invisible characters in it"),
            ("a\u{9B}b", "invisible characters in it"),
            ("a\u{2028}b", "invisible characters in it"),
            ("a\u{202E}b", "invisible characters in it"),
            ("a\u{200B}b", "invisible characters in it"),
            (String(repeating: "ä", count: 101), "a name of more than 200 bytes"),
            ("comparison.csv", "a name that hyperfed uses itself"),
            ("Heatmap.SVG", "a name that hyperfed uses itself"),
            ("run.json", "a name that hyperfed uses itself"),
            ("seed-1", "a name that hyperfed uses itself"),
            ("Seed-12", "a name that hyperfed uses itself"),
        ], ["variants", "studies"])
    func `that hurt are refused`(_ name: (text: String, reason: String), key: String) {
        let error = #expect(throws: SettingsError.self) { try load(["a", name.text], in: key) }
        let text = error.map { "\($0)" } ?? ""
        #expect(
            text.contains("compare.\(key): expected a name that can be a folder, found '"),
            "\(text)")
        #expect(text.contains("' (\(name.reason)"), "\(text)")
        #expect(text.hasSuffix("); choose another name"), "\(text)")
    }

    @Test(arguments: [("Case", "case"), ("STRASSE", "strasse"), ("Ä", "ä"), ("a\u{308}", "Ä")])
    func `that are one folder on some file systems are refused`(first: String, second: String) {
        let error = #expect(throws: SettingsError.self) { try load([first, "x", second]) }
        #expect(error.map { "\($0)" }?.contains("(the same folder as '") == true)
    }

    @Test(arguments: [
        ("NA", "pandas reads it as missing"), ("null", "pandas reads it as missing"),
        ("nan", "pandas reads it as missing"), ("None", "pandas reads it as missing"),
        ("n/a", ""), ("=1+1", "spreadsheets read it as a formula"),
        ("+CL", "spreadsheets read it as a formula"), ("@x", "spreadsheets read it as a formula"),
        ("0.10", "pandas reads it and another name as the same number"),
        ("0.50", "pandas, polars or DuckDB read it as the number 0.5"),
        ("007", "pandas, polars or DuckDB read it as the number 7.0"),
        ("1e3", "pandas, polars or DuckDB read it as the number 1000.0"),
        ("0x10", "pandas, polars or DuckDB read it as the number 16.0"),
        ("inf", "pandas, polars or DuckDB read it as the number inf"),
        ("True", "pandas, polars and DuckDB read it as a truth value"),
        ("t", "DuckDB reads it as a truth value"), ("No", "DuckDB reads it as a truth value"),
        ("2026-01-02", "DuckDB reads it as a date or a time"),
        ("1-2-3", "DuckDB reads it as a date or a time"),
        ("02.01.2026", "DuckDB reads it as a date or a time"),
        ("12:30", "DuckDB reads it as a date or a time"),
        ("epoch", "DuckDB reads it as a date or a time"),
    ])
    func `that are read as something else are warned of`(name: String, reason: String) throws {
        guard !reason.isEmpty else {
            // One that is missing to pandas, and has a slash.
            #expect(throws: SettingsError.self) { try load([name]) }
            return
        }
        let warnings = try load(["0.1", name]).flatMap(\.warnings).map { "\($0)" }
        #expect(
            warnings.contains {
                $0.contains("found '\(name)' in comparison.csv; \(reason)")
            }, "\(warnings)")
    }

    @Test(arguments: [
        "fedavg", "G + CL", "a, b", "0.1", "0.5", "7", "1.2.3", "2026-01", "a:b", "y", "seed",
        "seed-", "seed-x", "naïve", "NAs",
    ])
    func `that hurt nobody are taken as they are`(name: String) throws {
        let runs = try load(["base", name])
        #expect(runs.map(\.variant) == ["base", name])
        #expect(runs.flatMap(\.warnings).isEmpty)
    }
}
