import Scenarios
import Settings

/// Every key of a scenario file as a page in Markdown: Documentation/Glossary.md. The readers of
/// the keys and the registries are its only source.
struct Glossary {
    private let groups = RegistryGroup.all
    private let keys: [KeyDescription]

    init() {
        keys = describe { _ = Scenario($0, fileName: "FILE") } + ComparisonKeys.all
    }

    /// The whole page in Markdown.
    var text: String {
        var parts = [Self.introduction]
        for section in sections {
            let path = section.isEmpty ? "" : "\(section)."
            let own = keys.filter { key in
                key.kindOfValue != "section" && !isBelowRegistry(key.path)
                    && (key.path == section || (path.isEmpty && isAlone(key))
                        || (!path.isEmpty && key.path.hasPrefix(path)))
            }
            parts.append("## \(section.isEmpty ? "Top of the file" : section)\n\n" + table(of: own))
            for group in groups where group.paths[0] == section || group.paths[0].hasPrefix(path) {
                if !path.isEmpty { parts.append(part(on: group)) }
            }
        }
        return parts.joined(separator: "\n")
    }

    private static let introduction = """
        # Glossary of keys

        Every key that a scenario file can have. `make pages` writes this page from the program
        itself, so it is complete. [Scenarios](Scenarios.md) explains the sections.

        A key path such as `client.learning_rate` is the key `learning_rate` in the section
        `client`. "—" in the column of defaults means that there is no default. If a key names
        a kind, a part of its own lists the kinds and their keys. There the column "kinds" says
        which kinds have the key, and with which other setting.

        """

    /// The sections in the order of a file; the empty text is the top of the file.
    private var sections: [String] {
        var sections = [""]
        for key in keys where !isAlone(key) {
            let section = String(key.path.prefix { $0 != "." })
            if !sections.contains(section) { sections.append(section) }
        }
        return sections
    }

    /// Returns whether a key is in no section and names no kind.
    private func isAlone(_ key: KeyDescription) -> Bool {
        !key.path.contains(".") && key.kindOfValue != "section"
            && !groups.contains { $0.paths.contains(key.path) }
    }

    private func isBelowRegistry(_ path: String) -> Bool {
        groups.contains { group in group.paths.contains { path.hasPrefix("\($0).") } }
    }

    private func table(of keys: [KeyDescription]) -> String {
        var lines = ["| key | value | default | meaning |", "| --- | --- | --- | --- |"]
        for key in keys {
            lines.append(
                row([
                    code(key.path), value(of: key, at: key.path), defaultValue(of: key),
                    key.meaning,
                ]))
        }
        return lines.map { $0 + "\n" }.joined()
    }

    // MARK: Registries

    private func part(on group: RegistryGroup) -> String {
        let path = group.paths.map { code($0) }.joined(separator: " and ")
        var lines = [
            "### \(heading(of: group))", "", "What \(path) can name:", "",
        ]
        if group.kinds.contains(where: { !$0.origin.isEmpty }) {
            lines += [
                "| kind | what it is | whose procedure, and its names elsewhere |"
                    + " cost of a million clients |",
                "| --- | --- | --- | --- |",
            ]
            lines += group.kinds.map { row([code($0.kind), $0.summary, $0.origin, $0.cost]) }
        } else {
            lines += ["| kind | what it is |", "| --- | --- |"]
            lines += group.kinds.map { row([code($0.kind), $0.summary]) }
        }
        let rows = merged(group)
        if rows.isEmpty {
            lines += ["", "These kinds have no keys."]
        } else {
            lines += [
                "", "| key | kinds | value | default | meaning |",
                "| --- | --- | --- | --- | --- |",
            ]
            lines += rows.map { key, kinds in
                let path = "\(group.paths[0]).\(key.path)"
                return row([
                    code(path), kinds.joined(separator: ", "), value(of: key, at: path),
                    defaultValue(of: key), key.meaning,
                ])
            }
        }
        return lines.map { $0 + "\n" }.joined()
    }

    private func heading(of group: RegistryGroup) -> String {
        group.title.prefix(1).uppercased() + group.title.dropFirst()
    }

    /// Returns the keys of all kinds of a group. Those that are equal in all but their kinds share
    /// a row. The rows of one key stand together.
    private func merged(_ group: RegistryGroup) -> [(key: KeyDescription, kinds: [String])] {
        var rows: [(key: KeyDescription, kinds: [String])] = []
        for entry in group.kinds {
            let (kind, keys) = (entry.kind, entry.keys)
            let inner = keys.filter { key in
                !keys.contains { other in
                    other.path != key.path && !other.words.isEmpty
                        && key.path.hasPrefix("\(other.path).")
                } && !key.path.contains("[")
            }
            for key in inner {
                let name = code(kind) + condition(of: key)
                var plain = key
                plain.condition = ""
                if let index = rows.firstIndex(where: { $0.key == plain }) {
                    rows[index].kinds.append(name)
                } else if let index = rows.lastIndex(where: { $0.key.path == key.path }) {
                    rows.insert((plain, [name]), at: index + 1)
                } else {
                    rows.append((plain, [name]))
                }
            }
        }
        return rows
    }

    private func condition(of key: KeyDescription) -> String {
        guard !key.condition.isEmpty else { return "" }
        return key.condition.hasPrefix("not ")
            ? " without \(code(String(key.condition.dropFirst(4))))"
            : " with \(code(key.condition))"
    }

    // MARK: Cells

    private func value(of key: KeyDescription, at path: String) -> String {
        var text = key.kindOfValue
        if let group = groups.first(where: { $0.paths.contains(path) }) {
            let anchor = group.title.replacing(" ", with: "-")
            text =
                "\(text.hasPrefix("list") ? "list of" : "one of the") [\(group.title)](#\(anchor))"
        }
        // "one of a | b, or integer" becomes "`a` or `b`, or integer".
        if key.words.count > 1, let list = text.firstRange(of: key.words.joined(separator: " | ")) {
            let words = key.words.map { code($0) }
            let last = words[words.count - 1]
            text.replaceSubrange(
                list, with: words.dropLast().joined(separator: ", ") + " or " + last)
            text = text.hasPrefix("one of ") ? String(text.dropFirst(7)) : text
        }
        return key.rangePhrase.isEmpty ? text : "\(text), \(key.rangePhrase)"
    }

    private func defaultValue(of key: KeyDescription) -> String {
        key.defaultText.isEmpty ? "—" : code(key.defaultText)
    }

    private func code(_ text: String) -> String { "`\(text)`" }

    /// A row of a table. A bar in a cell would end the cell.
    private func row(_ cells: [String]) -> String {
        "| " + cells.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ") + " |"
    }
}
