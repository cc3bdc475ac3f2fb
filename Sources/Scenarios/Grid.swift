import Settings

/// What a comparison's grid sets for a run.
public struct GridValue: Equatable, Sendable {
    /// The dotted key.
    public let key: String
    /// Its value, as written.
    public let value: String
    let place: Place

    /// Where it was written does not count.
    public static func == (one: GridValue, other: GridValue) -> Bool {
        one.key == other.key && one.value == other.value
    }
}

/// `grid`: keys with the values that each variant runs with.
struct Grid {
    /// The keys, in file order.
    let keys: [String]
    /// All combinations of their values; the last key's change fastest.
    let cells: [[GridValue]]

    /// - Parameter node: a mapping of dotted keys to lists of values.
    init(_ node: SettingsNode) throws(SettingsError) {
        guard let entries = node.entries, !entries.isEmpty else {
            throw SettingsError(
                node.place,
                "grid is a mapping of keys to lists of values, such as"
                    + " 'client.learning_rate: [0.01, 0.1]'")
        }
        var cells: [[GridValue]] = [[]]
        for (index, entry) in entries.enumerated() {
            if let lost = entries[..<index].first(where: { $0.key.hasPrefix("\(entry.key).") }) {
                throw SettingsError(
                    entry.place,
                    "\(entry.key) in the grid replaces \(lost.key), which stands before it; put it"
                        + " first")
            }
            let values = try Self.values(entry)
            cells = cells.flatMap { cell in values.map { cell + [$0] } }
        }
        self.cells = cells
        keys = entries.map(\.key)
    }

    private static func values(_ entry: SettingsNode.Entry) throws(SettingsError) -> [GridValue] {
        guard entry.key != "seed" else {
            throw SettingsError(entry.place, "seeds of a comparison stand in compare.seeds")
        }
        guard case .list(let nodes) = entry.value.content, !nodes.isEmpty else {
            throw SettingsError(
                entry.value.place,
                "\(entry.key) in a grid is a list of one value or more; this is"
                    + " \(entry.value.shown)")
        }
        var values: [GridValue] = []
        for node in nodes {
            guard let text = node.text, isFolderName("a \(text)") else {
                throw SettingsError(
                    node.place, "a value of a grid is a number or a word; this is \(node.shown)")
            }
            if let same = values.first(where: { isSame($0.value, text) }) {
                throw SettingsError(
                    node.place,
                    same.value == text
                        ? "\(entry.key) has \(text) twice in the grid"
                        : "\(entry.key) has \(same.value) and \(text), the same number, in the grid"
                )
            }
            values.append(GridValue(key: entry.key, value: text, place: node.place))
        }
        return values
    }

    /// Whether two values are the same text or the same number.
    private static func isSame(_ one: String, _ other: String) -> Bool {
        func number(_ text: String) -> Double? {
            // Swift reads hexadecimal numbers too, which scenarios don't have.
            text.utf8.allSatisfy { "0123456789+-.eE".utf8.contains($0) } ? Double(text) : nil
        }
        guard one != other else { return true }
        guard let one = number(one), let other = number(other) else { return false }
        return one == other
    }
}
