/// The members of protocol extensions that are defaults of requirements in the same file.
struct Defaults {
    /// The doc comments of defaults that do not contain "By default".
    let undocumented: [DocComment]

    init(_ code: SwiftCode) {
        let requirements = Self.members(of: /\bprotocol (\w+)/, in: code.lines)
        let names = Dictionary(grouping: requirements, by: \.type).mapValues {
            Set($0.map(\.name))
        }
        let defaults = Self.members(of: /^extension (\w+) \{/, in: code.lines)
            .filter { names[$0.type]?.contains($0.name) ?? false }
        let lines = Set(defaults.map(\.line))
        undocumented = code.docComments.filter { comment in
            let end = comment.line + comment.text.count
            return (lines.contains(end) || lines.contains(end + 1))
                && !comment.text.joined(separator: " ").contains("By default")
        }
    }

    private struct Member {
        var type: String
        var name: String
        var line: Int
    }

    /// The members of the types whose first line matches, at the first level inside their braces.
    private static func members(
        of start: Regex<(Substring, Substring)>, in lines: [String]
    ) -> [Member] {
        var (members, type, depth): ([Member], String?, Int) = ([], nil, 0)
        for (index, line) in lines.enumerated() {
            if depth == 0 { type = line.firstMatch(of: start).map { String($0.output.1) } }
            // The name with the first label: a function with other labels is no default.
            if depth == 1, let type,
                let name = line.firstMatch(of: /\b(?:func|var) (\w+(?:<.*>)?(?:\(\w*)?)/)
            {
                members.append(Member(type: type, name: String(name.output.1), line: index + 1))
            }
            depth += line.count { $0 == "{" } - line.count { $0 == "}" }
            // The brace may open on a later line.
            if depth == 0, !line.hasSuffix(",") { type = nil }
        }
        return members
    }
}
