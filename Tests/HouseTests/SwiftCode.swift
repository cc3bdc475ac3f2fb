/// The lines of a Swift file without comments and without what stands in quotes or backticks.
///
/// Quotes and backticks stay, what is between them goes, line ends stay: so a word that is found is
/// code, and in the line where it is in the file. Code inside interpolations goes as well.
struct SwiftCode {
    let lines: [String]

    init(_ text: String) {
        var reading = Reading(Array(text))
        lines = reading.code().split(separator: "\n", omittingEmptySubsequences: false)
            .map(String.init)
    }

    private struct Reading {
        private let text: [Character]
        private var position = 0
        private var result = ""

        init(_ text: [Character]) { self.text = text }

        mutating func code() -> String {
            while position < text.count {
                if starts("//") {
                    while position < text.count, text[position] != "\n" { position += 1 }
                } else if starts("/*") {
                    skipComment()
                } else if text[position] == "`" {
                    skip(to: "`")
                } else if let quote = quote() {
                    skipText(quote)
                } else {
                    result.append(text[position])
                    position += 1
                }
            }
            return result
        }

        private func starts(_ word: String) -> Bool {
            text[position...].starts(with: word)
        }

        /// The quote that starts here: `"`, `"""`, or one of them behind number signs.
        private func quote() -> (signs: Int, marks: Int)? {
            let signs = text[position...].prefix { $0 == "#" }.count
            let rest = text[(position + signs)...]
            if rest.starts(with: "\"\"\"") { return (signs, 3) }
            return rest.first == "\"" ? (signs, 1) : nil
        }

        private mutating func skip(to end: Character) {
            position += 1
            while position < text.count, text[position] != end { position += 1 }
            position += 1
            result += "``"
        }

        private mutating func skipComment() {
            var depth = 0
            repeat {
                if starts("/*") { depth += 1 }
                if starts("*/") { depth -= 1 }
                position += starts("/*") || starts("*/") ? 2 : 1
                if position < text.count, text[position] == "\n" { result.append("\n") }
            } while depth > 0 && position < text.count
        }

        private mutating func skipText(_ quote: (signs: Int, marks: Int)) {
            let signs = String(repeating: "#", count: quote.signs)
            let end = String(repeating: "\"", count: quote.marks) + signs
            result.append("\"")
            position += quote.signs + quote.marks
            while position < text.count, !starts(end) {
                if starts("\\" + signs) {
                    position += 1 + quote.signs
                    if position < text.count, text[position] == "(" {
                        skipInterpolation()
                        continue
                    }
                }
                if position < text.count, text[position] == "\n" { result.append("\n") }
                position += 1
            }
            position += end.count
            result.append("\"")
        }

        private mutating func skipInterpolation() {
            var depth = 0
            repeat {
                if let quote = quote() {
                    skipText(quote)
                    continue
                }
                if text[position] == "(" { depth += 1 }
                if text[position] == ")" { depth -= 1 }
                if text[position] == "\n" { result.append("\n") }
                position += 1
            } while depth > 0 && position < text.count
        }
    }
}

extension SwiftCode {
    /// The functions, initialisers and subscripts with a body: their first line, from 1, and how
    /// many lines they have.
    var functions: [(line: Int, count: Int)] {
        let starts =
            /^\s*(@\w+(\(.*\))?\s+|\w+(\(\w+\))?\s+)*?((func|subscript)\b|init[?(<]|deinit\b)/
        return lines.indices.compactMap { index in
            guard lines[index].prefixMatch(of: starts) != nil,
                let last = lastLine(ofDeclarationAt: index)
            else { return nil }
            return (index + 1, last - index + 1)
        }
    }

    /// Where the body closes that opens first outside parentheses; nil when there is none.
    private func lastLine(ofDeclarationAt first: Int) -> Int? {
        var parentheses = 0
        var braces = 0
        for index in first..<lines.count {
            // A requirement of a protocol ends with its line.
            if index > first, braces == 0, parentheses == 0,
                lines[index].contains(
                    /^\s*((mutating|static|@|package|public)\W?.*)?\b(func|var|init)\b/)
            {
                return nil
            }
            for character in lines[index] {
                switch character {
                case "(": parentheses += 1
                case ")": parentheses -= 1
                case "{" where parentheses == 0 || braces > 0: braces += 1
                case "}" where parentheses == 0 || braces > 0:
                    braces -= 1
                    if braces < 0 { return nil }
                    if braces == 0 { return index }
                default: break
                }
            }
        }
        return nil
    }
}
