import TestSupport
import Testing

/// A rule about the text of files, with the files that do not keep it yet.
struct Rule {
    /// What a line breaks: the rule, and what to do, as `rule; do this instead`.
    struct Breach {
        var line: Int
        var message: String
    }

    /// Files or folders that may break the rule, each with its reason. The list may only become
    /// shorter: an exception that nothing needs any more is a failure, too.
    var exceptions: [String: String] = [:]
    /// Finds all places of a file that break the rule.
    var breaches: (_ path: String) -> [Breach]

    /// Fails for each place that breaks the rule, and for each exception without such a place.
    func check(_ paths: [String]) {
        var unused = Set(exceptions.keys)
        for path in paths {
            let found = breaches(path)
            guard !found.isEmpty else { continue }
            if let exception = exceptions.keys.first(where: { path.hasPrefix($0) }) {
                unused.remove(exception)
                continue
            }
            for breach in found { `House rules`.object(path, breach.line, breach.message) }
        }
        for exception in unused.sorted() {
            `House rules`.object(exception, 1, "an exception that is not needed; strike it")
        }
    }
}

/// A doc comment and the declaration behind it.
struct DocComment {
    /// The line of its first words, from 1.
    var line: Int
    /// Its lines without slashes.
    var text: [String]
    /// The first line of the declaration as code, without comments and without texts.
    var declaration: String

    /// Whether it documents a function.
    var isOnFunction: Bool { declaration.contains(/\bfunc\b/) }

    /// All words of at least two letters, or names in backticks. Formulas have none.
    static func words(of text: String) -> Int {
        text.split(separator: " ").count { $0.contains(/[A-Za-z]{2}|\x60/) }
    }

    /// The sentences, each with its line. Lists, formulas and tables begin anew; what is indented by
    /// four columns is a formula or code and no sentence.
    var sentences: [(line: Int, text: String)] {
        Sentences.of(text.enumerated().map { (line + $0.offset, $0.element) })
    }
}

extension SwiftCode {
    /// The doc comments, each with the declaration behind it. Attributes are left out.
    var docComments: [DocComment] {
        var result: [DocComment] = []
        var last = -1
        for comment in comments where comment.text.hasPrefix("///") {
            let text = String(comment.text.dropFirst(3))
            if comment.line == last + 1, !result.isEmpty {
                result[result.count - 1].text.append(text)
            } else {
                result.append(DocComment(line: comment.line, text: [text], declaration: ""))
            }
            last = comment.line
        }
        for index in result.indices {
            let next = result[index].line - 1 + result[index].text.count
            result[index].declaration =
                lines.dropFirst(next).first { $0.wholeMatch(of: /\s*@\w+(\(.*\))?\s*/) == nil }
                ?? ""
        }
        return result
    }
}

/// Finds the sentences of a comment or of a page.
enum Sentences {
    /// The sentences of these lines, each with the line where it begins.
    static func of(_ lines: [(line: Int, text: String)]) -> [(line: Int, text: String)] {
        var (result, open): ([(line: Int, text: String)], (line: Int, text: String)?) = ([], nil)
        func close() {
            if let open { result.append(open) }
            open = nil
        }
        for (line, text) in lines {
            let words = text.drop { $0 == " " }
            let isFormula = text.prefixMatch(of: /\s{5,}|\t/) != nil
            if words.isEmpty || isFormula || words.hasPrefix("|") || words.hasPrefix("#") {
                close()
                continue
            }
            if words.prefixMatch(of: /([-*]|\d+\.)\s/) != nil { close() }
            // The end of a sentence: a stop before a space, but not in "i.e. this" or "et al. 2024".
            var rest = String(words)
            rest.replace(/\b(e\.g|i\.e|al|cf|vs|Sec|Eq|Alg|Thm|No)\.\s/) { "\($0.output.1)_ " }
            let parts = rest.replacing(/[.!?][)\x22*]* (?=[^a-z])/) { "\($0.output)\n" }
                .split(separator: "\n", omittingEmptySubsequences: true)
            for (index, part) in parts.enumerated() {
                if index > 0 { close() }
                open = (open?.line ?? line, (open.map { $0.text + " " } ?? "") + part)
            }
            if rest.contains(/[.!?:][)\x22*]*\s*$/) { close() }
        }
        close()
        return result
    }
}
