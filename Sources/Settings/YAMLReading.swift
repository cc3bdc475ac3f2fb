internal import Yams

/// Turns YAML text into a `SettingsNode`, within limits.
///
/// Aliases multiply: a few hundred bytes can stand for billions of nodes. They are refused before
/// any code visits the nodes. `Yams.compose` visits them if such a node is the key of a mapping,
/// because it hashes keys, and it drops anchors. So the text is first composed with `!` in the
/// place of every `&`. An anchor then is a tag, which stays visible. Every alias is undefined,
/// which is an error with a location. If both characters are ordinary text, the structure is the
/// same.
struct YAMLReading {
    private static let mostBytes = 1 << 20
    private static let mostValues = 100_000
    static let deepest = 16

    private let text: String
    private let placeOfLine: (_ line: Int, _ column: Int) -> SettingLocation
    private var nodeCount = 0

    /// Reads a file. The nodes have the file's lines and columns.
    static func node(
        yaml: String, file: String
    ) throws(SettingsError) -> SettingsNode {
        func place(_ line: Int, _ column: Int) -> SettingLocation {
            SettingLocation(file: file, line: line, column: column)
        }
        return try content(yaml, place) ?? SettingsNode(.mapping([]), place: place(1, 1))
    }

    /// Reads a value that is not in a file. All its nodes have the same location. The result is nil
    /// if the text is empty or only a comment.
    static func valueNode(_ value: String, place: SettingLocation) throws(SettingsError)
        -> SettingsNode?
    {
        try content(value) { _, _ in place }
    }

    private static func content(
        _ yaml: String,
        _ placeOfLine: @escaping (_ line: Int, _ column: Int) -> SettingLocation
    ) throws(SettingsError) -> SettingsNode? {
        guard yaml.utf8.count <= mostBytes else {
            throw SettingsError(
                placeOfLine(1, 1),
                Mismatch(
                    "", expected: "at most \(mostBytes) bytes", found: "\(yaml.utf8.count)"))
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
        text: String,
        placeOfLine: @escaping (_ line: Int, _ column: Int) -> SettingLocation
    ) {
        (self.text, self.placeOfLine) = (text, placeOfLine)
    }

    // Some editors write one first. Yams drops the first one of each scalar, so that a second one
    // would be lost when the resolved text is loaded.
    private static func withoutByteOrderMarks(_ text: String) -> String {
        guard text.unicodeScalars.first == "\u{FEFF}" else { return text }
        return String(String.UnicodeScalarView(text.unicodeScalars.drop { $0 == "\u{FEFF}" }))
    }

    private func place(_ mark: Mark?) -> SettingLocation {
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
        guard nodeCount <= Self.mostValues else {
            throw SettingsError(
                here,
                Mismatch("", expected: "at most \(Self.mostValues) values", found: "more"))
        }
        guard depth <= Self.deepest else {
            throw SettingsError(
                here, Mismatch("", expected: "at most \(Self.deepest) levels", found: "more"))
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
                throw SettingsError(
                    here, Mismatch("", expected: "a single word as key", found: "a collection"))
            }
            // Yams compares keys, which gives plain keys the tag of texts.
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
                ? Self.noExtras("an anchor (&name)", "write the value out")
                : Self.noExtras("a tag (!name)", "leave the tag out"))
    }
}

// The errors of the parser, as messages.
extension YAMLReading {
    private static let noAliases = noExtras("an alias (*name)", "write the value out")

    private static func noExtras(_ found: String, _ advice: String) -> Mismatch {
        Mismatch(
            "", expected: "values without anchors, aliases and tags", found: found, advice: advice)
    }

    private static func duplicate(_ keys: [String]) -> Mismatch {
        let names = keys.map(quotedForMessage).joined(separator: ", ")
        return Mismatch(
            "", expected: "each key once in a mapping", found: "\(names) more than once",
            advice: "leave one out")
    }

    private static func invalid(_ cause: String, advice: String = "") -> Mismatch {
        Mismatch("", expected: "valid YAML", found: "an error", advice: advice, cause: cause)
    }

    private func refusal(of error: any Error) -> SettingsError {
        guard let error = error as? YamlError else {
            return SettingsError(place(nil), Self.invalid("\(error)"))
        }
        switch error {
        case .composer(_, "found undefined alias", let mark, _):
            return SettingsError(place(mark), Self.noAliases)
        case .composer(_, "but found another document", let mark, _):
            return SettingsError(
                place(mark),
                Mismatch(
                    "", expected: "one YAML document", found: "a second one",
                    advice: "leave out '---'"))
        case .scanner(let context, let problem, let mark, _),
            .parser(let context, let problem, let mark, _),
            .composer(let context, let problem, let mark, _):
            var cause = problem
            if let context, !context.text.isEmpty { cause += ", \(context.text)" }
            let advice = character(at: mark) == "\t" ? "indent with spaces, not tabs" : ""
            return SettingsError(place(mark), Self.invalid(cause, advice: advice))
        case .duplicatedKeysInMapping(let duplicates, let context):
            return SettingsError(place(context.mark), Self.duplicate(duplicates))
        case .reader(let problem, _, _, _), .writer(let problem), .emitter(let problem),
            .representer(let problem):
            return SettingsError(place(nil), Self.invalid(problem))
        case .no, .memory, .dataCouldNotBeDecoded:
            return SettingsError(place(nil), Self.invalid("\(error)"))
        }
    }

    // The parser refuses them too, but without a usable location.
    private func refuseControlCharacters() throws(SettingsError) {
        var line = 1
        var column = 1
        for scalar in text.unicodeScalars {
            guard isAllowed(scalar) else {
                let number = String(scalar.value, radix: 16, uppercase: true)
                throw SettingsError(
                    placeOfLine(line, column),
                    Mismatch(
                        "", expected: "printable characters",
                        found: "the control character U+"
                            + String(repeating: "0", count: max(0, 4 - number.count)) + number,
                        advice: "take it out"))
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
