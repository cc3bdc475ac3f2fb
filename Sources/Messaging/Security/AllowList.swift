/// The list of the client keys that a coordinator accepts.
///
/// Each line has the name of a client and its public key, with blanks between them. The name
/// appears in messages. A comment begins with `#` at the start of a line or behind a blank.
public struct AllowList: Equatable, Sendable {
    /// What is not right in a list, without the name of the file.
    public struct Problem: Error, Equatable, Sendable {
        /// The line, counted from 1.
        public let line: Int
        /// What was expected and found, and what to do.
        public let text: String
    }

    /// All problems of a list, in the order of their lines.
    public struct Problems: Error, Equatable, Sendable {
        /// The problems; never empty.
        public let all: [Problem]
    }

    /// The names of the clients by their keys.
    public let names: [PublicKey: String]

    /// Makes a list from names and keys.
    public init(_ names: [PublicKey: String]) { self.names = names }

    /// Reads the text of a list.
    ///
    /// - Throws: `Problems` with each line that is not a name and a key, and with each name or key
    ///   that the list has twice.
    public init(_ text: String) throws(Problems) {
        var names: [PublicKey: String] = [:]
        var lineOfKey: [PublicKey: Int] = [:]
        var lineOfName: [String: Int] = [:]
        var problems: [Problem] = []
        let lines = text.split(omittingEmptySubsequences: false) { $0.isNewline }
        for (line, words) in lines.enumerated().map({ ($0 + 1, Self.words(of: $1)) }) {
            func refuse(_ text: String) { problems.append(Problem(line: line, text: text)) }
            if words.isEmpty { continue }
            guard words.count == 2, Self.isName(words[0]), let key = PublicKey(words[1]) else {
                refuse(
                    "expected a name and a key of 40 characters, found"
                        + " \(words.count == 2 ? "others" : "\(words.count) words"); write it with"
                        + " 'hyperfed keys authorise'")
                continue
            }
            if let earlier = lineOfKey[key] {
                refuse("expected each key once, found that of line \(earlier) again; remove one")
            } else if let earlier = lineOfName[words[0]] {
                refuse(
                    "expected each name once, found '\(words[0])' of line \(earlier) again;"
                        + " change one")
            }
            (names[key], lineOfKey[key]) = (words[0], lineOfKey[key] ?? line)
            lineOfName[words[0]] = lineOfName[words[0]] ?? line
        }
        guard problems.isEmpty else { throw Problems(all: problems) }
        self.names = names
    }

    /// Returns the line of a client, with its end.
    public static func line(name: String, key: PublicKey) -> String { "\(name) \(key)\n" }

    /// Returns whether a text is a name: 1 to 64 letters of ASCII, digits, `.`, `_` and `-`, of
    /// which the first is a letter or a digit.
    public static func isName(_ text: String) -> Bool {
        let isPlain: (UInt8) -> Bool = { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: false
            }
        }
        let others = Array("._-".utf8)
        return (1...64).contains(text.utf8.count) && text.utf8.first.map(isPlain) ?? false
            && text.utf8.allSatisfy { isPlain($0) || others.contains($0) }
    }

    /// Returns the words of a line before its comment.
    private static func words(of line: Substring) -> [String] {
        let words = line.split(whereSeparator: \.isWhitespace)
        // A key itself may contain a number sign, but a word that begins with one is a comment,
        // except in the second column.
        let end = words.indices.first { index in
            words[index].hasPrefix("#") && !(index == 1 && PublicKey(String(words[1])) != nil)
        }
        return words[..<(end ?? words.endIndex)].map(String.init)
    }
}
