import Settings

/// The roles of plays in Project Gutenberg's file of all works, as LEAF reads them.
///
///     THE TEMPEST
///
///     by William Shakespeare
///
///       PROSPERO. My brother, and thy uncle, call'd Antonio-
///         I pray thee, mark me
///
/// - A line with "by William Shakespeare" starts a play. Its title is the first line with text of
///   those 2 to 7 lines above. The first line of the file is not read. If there are two such lines
///   or more, reading starts 5 lines above the second one. It ends after line 124,197, which is
///   where the plays of the file of 1994 end.
/// - Two blanks, a name of letters and blanks, a full stop and a blank start a speech. Lines with
///   four blanks in front continue it. Other lines have no owner.
/// - The play with the title THE COMEDY OF ERRORS has no blanks in front, and all lines continue a
///   speech. A line that starts with "<" ends it, and names that start with "ACT " are left out.
/// - Names count in capitals. A play needs two roles or more, and a role three lines or more. The
///   name of an owner is title and role; runs of other signs than letters, digits and `_` become
///   one `_`. Roles of one name in plays of one title are one owner.
/// - LEAF stops with an error where this reader leaves out lines before the first play. LEAF also
///   looks for a title at the end of the file where there are no lines above.
/// - Source: Caldas et al. 2018, arXiv 1812.01097; preprocess_shakespeare.py of
///   github.com/TalwalkarLab/leaf at 09ec454.
struct LEAFPlays {
    /// The owners, in the order of their first line.
    private(set) var names: [String] = []
    /// The lines of each owner, each with a newline at its end.
    private(set) var texts: [[Unicode.Scalar]] = []
    private var numbers: [String: Int] = [:]

    typealias Line = ArraySlice<Unicode.Scalar>

    /// A play, with its roles in the order of their first line.
    private struct Play {
        let title: Line
        var numbers: [String: Int] = [:]
        var roles: [(name: String, lines: [Line])] = []

        mutating func add(_ line: Line, to name: String) {
            let number = numbers[name, default: roles.count]
            if number == roles.count {
                numbers[name] = number
                roles.append((name, []))
            }
            roles[number].lines.append(line)
        }
    }

    private static let author = Array("by William Shakespeare".unicodeScalars)
    private static let errors = Array("THE COMEDY OF ERRORS".unicodeScalars)
    /// The number of the last line that is read.
    private static let lastLine = 124_197

    /// Returns nil if no line names Shakespeare as the author.
    ///
    /// - Parameter text: has single newlines as line ends.
    /// - Throws: `DataError` if there is no title above such a line.
    init?(_ text: [Unicode.Scalar], path: String) throws(DataError) {
        let lines = Self.lines(text).dropFirst()
        let authors = lines.indices.filter { lines[$0].contains(Self.author) }
        guard !authors.isEmpty else { return nil }
        let start = max(1, authors.count > 1 ? authors[1] - 5 : 1)
        let starts = Set(authors)
        var plays: [Play] = []
        var speaker: String?
        var isErrors = false
        for index in start..<max(start, min(lines.endIndex, Self.lastLine)) {
            let line = lines[index]
            if starts.contains(index) {
                let title = try Self.title(lines[start...], above: index, path)
                plays.append(Play(title: title))
                (speaker, isErrors) = (nil, title.elementsEqual(Self.errors))
                continue
            }
            guard let last = plays.indices.last else { continue }
            if let (name, words) = Self.heading(line, indent: isErrors ? 0 : 2) {
                speaker = isErrors && name.hasPrefix("ACT ") ? nil : name
                if let speaker { plays[last].add(words, to: speaker) }
            } else if let role = speaker {
                if isErrors, line.first == "<" {
                    speaker = nil
                } else if isErrors || line.starts(with: Self.blanks(4)) {
                    plays[last].add(line.dropFirst(isErrors ? 0 : 4), to: role)
                }
            }
        }
        for play in plays where play.roles.count > 1 {
            for role in play.roles where role.lines.count > 2 {
                add(role.lines, play.title, role.name)
            }
        }
    }

    private mutating func add(_ lines: [Line], _ title: Line, _ role: String) {
        let name = Self.owner(title, role)
        let number = numbers[name, default: names.count]
        if number == names.count {
            numbers[name] = number
            names.append(name)
            texts.append([])
        }
        for line in lines {
            texts[number].append(contentsOf: line)
            texts[number].append("\n")
        }
    }

    /// Cuts a text where Python's `splitlines` does. Newlines are left out, other ends are kept.
    private static func lines(_ text: [Unicode.Scalar]) -> [Line] {
        var lines: [Line] = []
        var start = text.startIndex
        for (index, scalar) in text.enumerated() {
            switch scalar {
            case "\n": lines.append(text[start..<index])
            case "\u{B}", "\u{C}", "\u{1C}"..."\u{1E}", "\u{85}", "\u{2028}", "\u{2029}":
                lines.append(text[start...index])
            default: continue
            }
            start = index + 1
        }
        if start < text.endIndex { lines.append(text[start...]) }
        return lines
    }

    private static func title(
        _ lines: ArraySlice<Line>, above index: Int, _ path: String
    ) throws(DataError) -> Line {
        for above in 2...7 where index - above >= lines.startIndex {
            let line = lines[index - above]
            guard let first = line.firstIndex(where: { !isSpace($0) }),
                let last = line.lastIndex(where: { !isSpace($0) })
            else { continue }
            return line[first...last]
        }
        throw .damaged(
            path: "\(path):\(index + 1)",
            reason: mismatch(
                "the title of a play 2 to 7 lines above 'by William Shakespeare', as windows: leaf"
                    + " reads plays", "none"))
    }

    /// Returns the name and the words of a line that starts a speech.
    private static func heading(_ line: Line, indent: Int) -> (name: String, words: Line)? {
        let rest = line.dropFirst(indent)
        guard line.starts(with: blanks(indent)), let first = rest.first, isLetter(first),
            let stop = rest.firstIndex(where: { !isLetter($0) && $0 != " " }),
            rest[stop...].starts(with: [".", " "] as [Unicode.Scalar])
        else { return nil }
        return (string(rest[..<stop]).uppercased(), rest[(stop + 2)...])
    }

    private static func owner(_ title: Line, _ role: String) -> String {
        var name: [Unicode.Scalar] = []
        var isOther = false
        for scalar in Array(title) + ["_"] + Array(role.unicodeScalars) {
            let isKept = scalar == " " || scalar == "_" || isAlphanumeric(scalar)
            if isKept || !isOther { name.append(isKept && scalar != " " ? scalar : "_") }
            isOther = !isKept
        }
        return string(name[...])
    }

    private static func blanks(_ count: Int) -> Repeated<Unicode.Scalar> {
        repeatElement(" ", count: count)
    }

    private static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
        ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar)
    }

    /// Returns what Python's `str.isspace` does.
    private static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isWhitespace || ("\u{1C}"..."\u{1F}").contains(scalar)
    }

    /// Returns what Python's `str.isalnum` does.
    private static func isAlphanumeric(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter:
            true
        default: scalar.properties.numericType != nil
        }
    }

    private static func string(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        return String(view)
    }
}
