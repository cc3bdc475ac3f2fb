internal import Yams

/// Turns YAML text into a `SettingsNode`, once and within limits.
///
/// Aliases multiply: a few hundred bytes can stand for billions of nodes. They are refused before
/// anything walks them. Even `Yams.compose` walks when such a node is a mapping's key, because it
/// hashes keys; and it forgets anchors. So the text is first composed with every `&` turned into
/// `!`: an anchor then is a tag, which stays visible, and every alias is undefined, which is an
/// error with a place. Where both characters are ordinary text the structure is the same.
struct YAMLReading {
    static let largestBytes = 1 << 20
    static let deepest = 16
    static let mostNodes = 100_000

    private let text: String
    private let placeOfLine: (_ line: Int, _ column: Int) -> Place
    private var nodeCount = 0

    /// Reads a file; nodes bear the file's lines and columns.
    static func node(yaml: String, file: String) throws(SettingsError) -> SettingsNode {
        try node(yaml) { line, column in Place(file: file, line: line, column: column) }
    }

    /// Reads a value from elsewhere; all its nodes bear one place. Nil if there is none, or only a
    /// comment.
    static func valueNode(_ value: String, place: Place) throws(SettingsError) -> SettingsNode? {
        try content(value) { _, _ in place }
    }

    private static func node(
        _ yaml: String, _ placeOfLine: @escaping (_ line: Int, _ column: Int) -> Place
    ) throws(SettingsError) -> SettingsNode {
        try content(yaml, placeOfLine) ?? SettingsNode(.mapping([]), place: placeOfLine(1, 1))
    }

    private static func content(
        _ yaml: String, _ placeOfLine: @escaping (_ line: Int, _ column: Int) -> Place
    ) throws(SettingsError) -> SettingsNode? {
        guard yaml.utf8.count <= largestBytes else {
            throw SettingsError(
                placeOfLine(1, 1),
                "this has \(yaml.utf8.count) bytes; at most \(largestBytes) are read")
        }
        let text = withoutByteOrderMarks(yaml)
        let reading = YAMLReading(text: text, placeOfLine: placeOfLine)
        try reading.refuseControlCharacters()
        let withoutAnchors = String(
            decoding: text.utf8.map { $0 == UInt8(ascii: "&") ? UInt8(ascii: "!") : $0 },
            as: UTF8.self)
        let checked = try reading.composed(withoutAnchors)
        return text.utf8.contains(UInt8(ascii: "&")) ? try reading.composed(text) : checked
    }

    private init(
        text: String, placeOfLine: @escaping (_ line: Int, _ column: Int) -> Place
    ) {
        (self.text, self.placeOfLine) = (text, placeOfLine)
    }

    // Some editors put one first; and Yams drops the first of each scalar, escaped or not, so that
    // without this a second one would vanish when the resolved text is loaded.
    private static func withoutByteOrderMarks(_ text: String) -> String {
        guard text.unicodeScalars.first == "\u{FEFF}" else { return text }
        return String(String.UnicodeScalarView(text.unicodeScalars.drop { $0 == "\u{FEFF}" }))
    }

    private func place(_ mark: Mark?) -> Place {
        placeOfLine(mark?.line ?? 1, mark?.column ?? 1)
    }

    private func composed(_ yaml: String) throws(SettingsError) -> SettingsNode? {
        let root: Node?
        do {
            root = try Yams.compose(yaml: yaml, .basic, .default, .utf8)
        } catch {
            throw refusal(of: error)
        }
        guard let root else { return nil }
        var counting = self
        return try counting.converted(root, depth: 1)
    }

    private mutating func converted(_ node: Node, depth: Int) throws(SettingsError) -> SettingsNode
    {
        let here = place(node.mark)
        nodeCount += 1
        guard nodeCount <= Self.mostNodes else {
            throw SettingsError(
                here, "this is value \(nodeCount); at most \(Self.mostNodes) are read")
        }
        guard depth <= Self.deepest else {
            throw SettingsError(here, "this is nested deeper than \(Self.deepest) levels")
        }
        switch node {
        case .scalar(let scalar):
            let quoted = scalar.style != .plain
            try refuse(tag: scalar.tag, of: node, unless: quoted ? "tag:yaml.org,2002:str" : "")
            let text = Self.withoutByteOrderMarks(scalar.string)
            return SettingsNode(.scalar(text: text, quoted: quoted), place: here)
        case .sequence(let sequence):
            try refuse(tag: sequence.tag, of: node, unless: "")
            var list: [SettingsNode] = []
            for element in sequence {
                list.append(try converted(element, depth: depth + 1))
            }
            return SettingsNode(.list(list), place: here)
        case .mapping(let mapping):
            try refuse(tag: mapping.tag, of: node, unless: "")
            return SettingsNode(.mapping(try entries(of: mapping, depth)), place: here)
        case .alias:
            throw SettingsError(here, Self.noAliases)
        }
    }

    private mutating func entries(
        of mapping: Node.Mapping, _ depth: Int
    ) throws(SettingsError) -> [SettingsNode.Entry] {
        var entries: [SettingsNode.Entry] = []
        var seen: Set<String> = []
        for (key, value) in mapping {
            let here = place(key.mark)
            guard let scalar = key.scalar else {
                throw SettingsError(here, "a key must be a single word")
            }
            // Yams compares keys and thereby gives the plain ones the tag of texts.
            if scalar.tag.description != "tag:yaml.org,2002:str" {
                try refuse(tag: scalar.tag, of: key, unless: "")
            }
            guard seen.insert(scalar.string).inserted else {
                throw SettingsError(here, Self.duplicate([scalar.string]))
            }
            entries.append(
                SettingsNode.Entry(
                    key: scalar.string, place: here,
                    value: try converted(value, depth: depth + 1)))
        }
        return entries
    }

    private func refuse(
        tag: Tag, of node: Node, unless expected: String
    ) throws(SettingsError) {
        guard tag.description != expected, tag.description != "" else { return }
        let isAnchor = node.mark.map { character(at: $0) == "&" } ?? false
        throw SettingsError(
            place(node.mark),
            isAnchor
                ? "anchors (&name) are not read here; write the value out"
                : "tags (!name) are not read here; leave it out")
    }
}

// What the parser refuses, in our words.
extension YAMLReading {
    private static let noAliases = "aliases (*name) are not read here; write the value out"

    private static func duplicate(_ keys: [String]) -> String {
        let names = keys.map(quotedForMessage).joined(separator: ", ")
        return keys.count == 1
            ? "key \(names) is written more than once in this mapping"
            : "keys \(names) are written more than once in this mapping"
    }

    private func refusal(of error: any Error) -> SettingsError {
        guard let error = error as? YamlError else {
            return SettingsError(place(nil), "could not be read as YAML: \(error)")
        }
        switch error {
        case .composer(_, "found undefined alias", let mark, _):
            return SettingsError(place(mark), Self.noAliases)
        case .composer(_, "but found another document", let mark, _):
            return SettingsError(
                place(mark), "expected one YAML document, found a second one; leave out '---'")
        case .scanner(let context, let problem, let mark, _),
            .parser(let context, let problem, let mark, _),
            .composer(let context, let problem, let mark, _):
            var message = "could not be read as YAML: \(problem)"
            if let context, !context.text.isEmpty { message += ", \(context.text)" }
            if character(at: mark) == "\t" { message += "; indent with spaces, not tabs" }
            return SettingsError(place(mark), message)
        case .duplicatedKeysInMapping(let duplicates, let context):
            return SettingsError(place(context.mark), Self.duplicate(duplicates))
        case .reader(let problem, _, _, _), .writer(let problem), .emitter(let problem),
            .representer(let problem):
            return SettingsError(place(nil), "could not be read as YAML: \(problem)")
        case .no, .memory, .dataCouldNotBeDecoded:
            return SettingsError(place(nil), "could not be read as YAML: \(error)")
        }
    }

    // The parser would refuse them too, but without a usable place.
    private func refuseControlCharacters() throws(SettingsError) {
        var line = 1
        var column = 1
        for scalar in text.unicodeScalars {
            guard isAllowed(scalar) else {
                let number = String(scalar.value, radix: 16, uppercase: true)
                throw SettingsError(
                    placeOfLine(line, column),
                    "could not be read as YAML: the control character U+"
                        + String(repeating: "0", count: max(0, 4 - number.count)) + number)
            }
            if scalar == "\n" {
                (line, column) = (line + 1, 1)
            } else {
                column += 1
            }
        }
    }

    // The characters of YAML's grammar.
    private func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09, 0x0A, 0x0D, 0x20...0x7E, 0x85: true
        case 0xFEFF: false
        case 0xA0...0xFFFD, 0x1_0000...: true
        default: false
        }
    }

    private func character(at mark: Mark) -> Unicode.Scalar? {
        var (line, column) = (1, 1)
        for scalar in text.unicodeScalars {
            if (line, column) == (mark.line, mark.column) { return scalar }
            if scalar == "\n" { (line, column) = (line + 1, 1) } else { column += 1 }
        }
        return nil
    }
}
