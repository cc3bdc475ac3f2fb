import Settings

/// One value that the grid of a comparison, or its draws, give to a run.
public struct GridValue: Equatable, Sendable {
    /// The path of the key.
    public let key: String
    /// The value as the user wrote it.
    public let value: String
    let place: SettingLocation

    /// Creates a value that a file of results names.
    ///
    /// - Parameter file: the file, as the location of the value.
    public init(key: String, value: String, file: String) {
        (self.key, self.value) = (key, value)
        place = SettingLocation(file)
    }

    init(key: String, value: String, place: SettingLocation) {
        (self.key, self.value, self.place) = (key, value, place)
    }

    /// Compares key and value. Locations may differ.
    public static func == (one: GridValue, other: GridValue) -> Bool {
        one.key == other.key && one.value == other.value
    }
}

/// `grid`: keys with several values. Each variant runs with every combination.
struct Grid: Sendable {
    /// The keys, in file order.
    let keys: [String]
    /// All combinations of values. The value of the last key changes fastest.
    let cells: [[GridValue]]
    /// More cells are a mistake: every one is a run of each variant and seed.
    private static let mostCells = 10_000

    /// Reads the section `grid`.
    ///
    /// - Parameter node: a mapping of key paths to lists of values.
    /// - Throws: `SettingsError` for values of another form, and for equal values.
    init(_ node: SettingsNode) throws(SettingsError) {
        let entries = try node.requiredEntries(
            "compare.grid",
            expected: "a mapping of keys to lists of values such as"
                + " 'client.learning_rate: [0.01, 0.1]'")
        var cells: [[GridValue]] = [[]]
        for (index, entry) in entries.enumerated() {
            if let lost = entries[..<index].first(where: { $0.key.hasPrefix("\(entry.key).") }) {
                throw SettingsError(
                    entry.place,
                    Mismatch(
                        "compare.grid", expected: "\(entry.key) before \(lost.key)",
                        found: "it after", advice: "move it up, since it replaces the other"))
            }
            let values = try Self.values(entry)
            let (count, isTooLarge) = cells.count.multipliedReportingOverflow(by: values.count)
            guard !isTooLarge, count <= Self.mostCells else {
                throw SettingsError(
                    entry.place,
                    Mismatch(
                        "compare.grid",
                        expected: "at most \(Self.mostCells) combinations of values",
                        found: isTooLarge ? "more" : "\(count) up to \(shown(entry.key))",
                        advice: "leave out values, or make several scenario files"))
            }
            cells = cells.flatMap { cell in values.map { cell + [$0] } }
        }
        self.cells = cells
        keys = entries.map(\.key)
    }

    private static func values(_ entry: SettingsNode.Entry) throws(SettingsError) -> [GridValue] {
        try ComparisonSection.refuseSeed(entry, in: "compare.grid")
        let path = "compare.grid.\(shown(entry.key))"
        guard case .list(let nodes) = entry.value.content, !nodes.isEmpty else {
            throw entry.value.unexpected(path, expected: "a list of one value or more")
        }
        var values: [GridValue] = []
        for node in nodes {
            guard let text = node.text, isFolderName("a \(text)") else {
                throw node.unexpected(path, expected: "a number or a word")
            }
            if let same = values.first(where: { isSame($0.value, text) }) {
                throw SettingsError(
                    node.place,
                    Mismatch(
                        path, expected: "different values",
                        found: same.value == text
                            ? "\(text) twice" : "\(same.value) and \(text), the same number",
                        advice: "remove one"))
            }
            values.append(GridValue(key: entry.key, value: text, place: node.place))
        }
        return values
    }

    /// Returns whether two values are the same text or the same number.
    private static func isSame(_ one: String, _ other: String) -> Bool {
        func number(_ text: String) -> Double? {
            // Swift also reads hexadecimal numbers, which scenarios do not have.
            text.utf8.allSatisfy { "0123456789+-.eE".utf8.contains($0) } ? Double(text) : nil
        }
        guard one != other else { return true }
        guard let one = number(one), let other = number(other) else { return false }
        return one == other
    }
}
