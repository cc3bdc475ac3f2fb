/// The lines of a Swift file without comments and without what is inside quotes or backticks, and the
/// comments and texts themselves.
///
/// Quotes and backticks stay, what is between them goes, line ends stay. So a word that is found in
/// `lines` is code, and it is on the same line as in the file. Code inside interpolations goes as
/// well. C files have the same comments and quotes.
struct SwiftCode: Sendable {
    /// A comment or a text, with its first line, from 1.
    struct Piece: Sendable {
        var line: Int
        var text: String
    }

    let lines: [String]
    /// Comments, each without its slashes; a comment of several `//` lines is several pieces.
    let comments: [Piece]
    /// What is inside quotes, a piece for each line; interpolations are left out.
    let texts: [Piece]

    init(_ text: String) {
        var reading = Reading(Array(text.utf8))
        reading.read()
        lines = String(decoding: reading.code, as: UTF8.self)
            .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        comments = reading.comments
        texts = reading.texts
    }

    private struct Reading {
        private let text: [UInt8]
        private var position = 0
        private var line = 1
        var code: [UInt8] = []
        var comments: [Piece] = []
        var texts: [Piece] = []

        init(_ text: [UInt8]) { self.text = text }

        mutating func read() {
            while position < text.count {
                if starts("//") {
                    let start = position
                    while position < text.count, text[position] != UInt8(ascii: "\n") {
                        position += 1
                    }
                    comments.append(Piece(line: line, text: piece(start, position)))
                } else if starts("/*") {
                    skipComment()
                } else if text[position] == UInt8(ascii: "`") {
                    skipName()
                } else if let quote = quote() {
                    skipText(quote)
                } else {
                    newLine()
                    if text[position] != UInt8(ascii: "\n") { code.append(text[position]) }
                    position += 1
                }
            }
        }

        private func piece(_ start: Int, _ end: Int) -> String {
            String(decoding: text[start..<end], as: UTF8.self)
        }

        private func starts(_ word: StaticString) -> Bool {
            let count = word.utf8CodeUnitCount
            guard position + count <= text.count else { return false }
            for index in 0..<count where text[position + index] != word.utf8Start[index] {
                return false
            }
            return true
        }

        private func starts(_ word: [UInt8]) -> Bool { text[position...].starts(with: word) }

        /// Keeps the end of a line if one is here.
        private mutating func newLine() {
            guard position < text.count, text[position] == UInt8(ascii: "\n") else { return }
            code.append(UInt8(ascii: "\n"))
            line += 1
        }

        /// Returns the quote that starts here: `"`, `"""`, or one of them behind number signs.
        private func quote() -> (signs: Int, marks: Int)? {
            let first = text[position]
            guard first == UInt8(ascii: "#") || first == UInt8(ascii: "\"") else { return nil }
            let signs = text[position...].prefix { $0 == UInt8(ascii: "#") }.count
            let rest = text[(position + signs)...]
            if rest.starts(with: Array("\"\"\"".utf8)) { return (signs, 3) }
            return rest.first == UInt8(ascii: "\"") ? (signs, 1) : nil
        }

        private mutating func skipName() {
            position += 1
            while position < text.count, text[position] != UInt8(ascii: "`") { position += 1 }
            position += 1
            code += Array("``".utf8)
        }

        private mutating func skipComment() {
            var (depth, start, first) = (0, position, line)
            repeat {
                if starts("/*") { depth += 1 }
                if starts("*/") { depth -= 1 }
                position += starts("/*") || starts("*/") ? 2 : 1
                if position < text.count, text[position] == UInt8(ascii: "\n") {
                    comments.append(Piece(line: first, text: piece(start, position)))
                    newLine()
                    (start, first) = (position + 1, line)
                }
            } while depth > 0 && position < text.count
            let end = min(position, text.count)
            if start < end { comments.append(Piece(line: first, text: piece(start, end))) }
        }

        private mutating func skipText(_ quote: (signs: Int, marks: Int)) {
            let signs = [UInt8](repeating: UInt8(ascii: "#"), count: quote.signs)
            let end = [UInt8](repeating: UInt8(ascii: "\""), count: quote.marks) + signs
            let escape = [UInt8(ascii: "\\")] + signs
            code.append(UInt8(ascii: "\""))
            position += quote.signs + quote.marks
            var found: [UInt8] = []
            while position < text.count, !starts(end) {
                if starts(escape) {
                    position += 1 + quote.signs
                    if position < text.count, text[position] == UInt8(ascii: "(") {
                        skipInterpolation()
                        found.append(UInt8(ascii: "_"))
                        continue
                    }
                }
                if position < text.count, text[position] == UInt8(ascii: "\n") {
                    texts.append(Piece(line: line, text: String(decoding: found, as: UTF8.self)))
                    found = []
                } else if position < text.count {
                    found.append(text[position])
                }
                newLine()
                position += 1
            }
            texts.append(Piece(line: line, text: String(decoding: found, as: UTF8.self)))
            position += end.count
            code.append(UInt8(ascii: "\""))
        }

        private mutating func skipInterpolation() {
            var depth = 0
            repeat {
                if let quote = quote() {
                    skipText(quote)
                    continue
                }
                if text[position] == UInt8(ascii: "(") { depth += 1 }
                if text[position] == UInt8(ascii: ")") { depth -= 1 }
                newLine()
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
