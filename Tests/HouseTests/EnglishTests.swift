import TestSupport
import Testing

/// Comments and messages are for readers whose English is basic: whole simple sentences.
extension `House rules` {
    @Test func `lines have at most 100 columns`() {
        Rule { path in
            let lines = SourceTree.text(of: path)?.split(
                separator: "\n", omittingEmptySubsequences: false)
            return (lines ?? []).enumerated().compactMap { index, line in
                line.utf8.count <= 100 || line.count <= 100
                    ? nil
                    : Rule.Breach(
                        line: index + 1, message: "\(line.count) columns; write at most 100")
            }
        }.check(Self.sources + Self.c)
    }

    @Test func `doc comments have at least four words`() {
        Rule { path in
            Self.docComments(of: path).compactMap { comment in
                let text = comment.text.joined(separator: " ")
                // A formula or a shape says all without words.
                let isFormula = text.contains(/[←=⟨‖(^·\/]/)
                let count = text.matches(of: /[\w'′’]+/).count
                guard count < 4, !isFormula else { return nil }
                return Rule.Breach(
                    line: comment.line,
                    message: "a doc comment of \(count) words; say in a sentence what it is for")
            }
        }.check(Self.sources)
    }

    @Test func `the comment of a function begins with a verb`() {
        Rule { path in
            Self.docComments(of: path).compactMap { comment in
                let text = comment.text.joined(separator: " ").drop { $0 == " " }
                if let match = text.prefixMatch(of: Self.badBeginning) {
                    return Rule.Breach(
                        line: comment.line,
                        message: "a comment begins with \"\(match.output.1)\"; name the thing")
                }
                guard comment.isOnFunction, let word = text.prefixMatch(of: /[A-Z][a-z]+/),
                    !word.output.hasSuffix("s")
                else { return nil }
                return Rule.Breach(
                    line: comment.line,
                    message: "the comment of a function begins with \"\(word.output)\"; begin with"
                        + " what it does: Returns, Computes, Writes …")
            }
        }.check(Self.sources)
    }

    private static var badBeginning: Regex<(Substring, Substring)> {
        /(Of|On|That|Those|Which of|It|So many|The same(?! as \x60))\b/
    }

    @Test func `the comment of a default says so`() {
        Rule { path in
            Defaults(Self.code(path)).undocumented.map { comment in
                Rule.Breach(
                    line: comment.line,
                    message: "a default of a requirement; write \"By default, …\" and what that"
                        + " means for a caller")
            }
        }.check(Self.sources)
    }

    @Test func `comments and messages have plain words`() {
        let banned = [
            "happening", "look", "tell", "told", "nobody", "somebody", "as it comes", "had better",
            "in vain", "of no importance", "so many", "can't be", "impossible", "; this is",
            "is no ",
        ]
        Rule { path in
            let code = Self.code(path)
            return (code.comments + code.texts).compactMap { piece in
                // "There is no …" is plain; "told apart" is the word for a sure difference.
                let text = piece.text.lowercased().replacing("there is no ", with: "")
                    .replacing("told apart", with: "")
                guard let word = banned.first(where: { Self.contains(text, $0) }) else {
                    return nil
                }
                return Rule.Breach(
                    line: piece.line, message: "\"\(word)\"; write it in plain words")
            }
        }.check(Self.sources + Self.c.filter { !$0.hasSuffix(".modulemap") })
    }

    /// Whether a text contains a phrase as whole words.
    private static func contains(_ text: String, _ phrase: String) -> Bool {
        text.ranges(of: phrase).contains { range in
            let isLetter: (Character) -> Bool = { $0.isLetter || $0 == "_" }
            let before = text[..<range.lowerBound].last, after = text[range.upperBound...].first
            return !(before.map(isLetter) ?? false && phrase.first.map(isLetter) ?? false)
                && !(after.map(isLetter) ?? false && phrase.last.map(isLetter) ?? false)
        }
    }

    @Test func `sentences have at most 25 words`() {
        Rule { path in
            let sentences =
                path.hasSuffix(".md")
                ? Self.pageSentences(of: path) : Self.docComments(of: path).flatMap(\.sentences)
            return sentences.compactMap { sentence in
                let count = DocComment.words(of: sentence.text)
                guard count > 25 else { return nil }
                return Rule.Breach(
                    line: sentence.line,
                    message: "a sentence of \(count) words; make two of it")
            }
        }.check(
            Self.sources + SourceTree.files(in: "Documentation", endings: ["md"]) + ["README.md"])
    }

    private static func pageSentences(of path: String) -> [(line: Int, text: String)] {
        var isCode = false
        let lines = (SourceTree.text(of: path) ?? "").split(
            separator: "\n", omittingEmptySubsequences: false)
        return Sentences.of(
            lines.enumerated().map { index, line in
                if line.hasPrefix("```") { isCode.toggle() }
                // One space more, as behind the slashes of a comment: four columns are code.
                return (index + 1, isCode || line.hasPrefix("```") ? "" : " \(line)")
            })
    }

    private static let comments = codes.mapValues(\.docComments)

    private static func docComments(of path: String) -> [DocComment] { comments[path] ?? [] }
}
