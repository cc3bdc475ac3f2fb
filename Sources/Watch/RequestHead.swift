/// The request line and the headers of an HTTP/1.1 request (RFC 9112), as far as a server needs
/// them that only gives out pages.
///
/// A head is small and strict: at most `mostBytes`, lines end with CR LF, no line is folded. What
/// is not of this form is an error, so that nothing is guessed.
package struct RequestHead: Equatable, Sendable {
    /// The method, in the letters of the request; `GET` for example.
    package let method: String
    /// The path without a query.
    package let path: String
    /// The value of `Host`, with its port.
    package let host: String
    /// The value of `If-None-Match`; nil if there is none.
    package let ifNoneMatch: String?
    /// The number of bytes that follow the head.
    package let bodyBytes: Int

    /// The largest number of bytes of a head.
    package static let mostBytes = 8192
    private static let mostHeaders = 100

    /// Returns the number of bytes of a head at the start of some bytes, with its empty line; nil
    /// if its end is not there yet.
    package static func end(in bytes: [UInt8]) -> Int? {
        let end: [UInt8] = [13, 10, 13, 10]
        guard bytes.count >= end.count else { return nil }
        return (end.count...bytes.count).first { bytes[($0 - end.count)..<$0].elementsEqual(end) }
    }

    /// Reads a whole head.
    ///
    /// - Parameter bytes: the head with its empty line, at most `mostBytes`.
    /// - Throws: `RequestProblem` if it is not of this form.
    package init(_ bytes: [UInt8]) throws(RequestProblem) {
        var lines = try Self.lines(bytes)[...]
        guard let first = lines.popFirst() else { throw .notHTTP }
        let words = first.split(separator: " ", omittingEmptySubsequences: false)
        guard words.count == 3, words[2] == "HTTP/1.1" || words[2] == "HTTP/1.0",
            Self.isToken(words[0]), words[1].first == "/"
        else { throw .notHTTP }
        method = String(words[0])
        path = String(words[1].prefix { $0 != "?" && $0 != "#" })
        guard lines.count <= Self.mostHeaders else { throw .tooLarge }
        var headers: [String: String] = [:]
        for line in lines {
            guard let colon = line.firstIndex(of: ":"), Self.isToken(line[..<colon]) else {
                throw .notHTTP
            }
            let name = line[..<colon].lowercased()
            let value = String(Self.trimmed(line[line.index(after: colon)...]))
            // Two values could mean one thing here and another thing elsewhere.
            let isSingle = ["host", "content-length", "transfer-encoding"].contains(name)
            if isSingle, headers[name] != nil { throw .notHTTP }
            headers[name] = headers[name].map { "\($0), \(value)" } ?? value
        }
        guard let host = headers["host"], headers["transfer-encoding"] == nil else {
            throw .notHTTP
        }
        self.host = host
        ifNoneMatch = headers["if-none-match"]
        bodyBytes = try Self.length(headers["content-length"] ?? "0")
    }

    /// Returns the lines before the empty one.
    private static func lines(_ bytes: [UInt8]) throws(RequestProblem) -> [Substring] {
        guard bytes.count <= mostBytes else { throw .tooLarge }
        guard end(in: bytes) == bytes.count else { throw .notHTTP }
        // Only ASCII without control characters, but for tabs and the ends of lines.
        let isText = bytes.allSatisfy { (32..<127).contains($0) || [9, 10, 13].contains($0) }
        guard isText else { throw .notHTTP }
        let text = String(decoding: bytes.dropLast(4), as: UTF8.self)
        // CR LF is one character of Swift, so each of both alone is another one.
        let lines = text.split(separator: "\r\n" as Character, omittingEmptySubsequences: false)
        guard lines.allSatisfy({ !$0.contains("\r") && !$0.contains("\n") }) else {
            throw .notHTTP
        }
        return lines
    }

    private static func length(_ text: String) throws(RequestProblem) -> Int {
        guard !text.isEmpty, text.allSatisfy({ $0.isASCII && $0.isNumber }) else {
            throw .notHTTP
        }
        guard let length = Int(text) else { throw .tooLarge }
        return length
    }

    private static func trimmed(_ text: Substring) -> Substring {
        func isSpace(_ character: Character) -> Bool { character == " " || character == "\t" }
        var text = text.drop(while: isSpace)
        while let last = text.last, isSpace(last) { text.removeLast() }
        return text
    }

    private static func isToken(_ text: Substring) -> Bool {
        !text.isEmpty
            && text.allSatisfy { $0.isLetter || $0.isNumber || "!#$%&'*+-.^_`|~".contains($0) }
    }
}

/// Why the head of a request cannot be used.
package enum RequestProblem: Error {
    /// The head is not of the form of HTTP/1.0 or HTTP/1.1.
    case notHTTP
    /// The head has too many bytes or headers.
    case tooLarge
    /// The head did not come in time.
    case tooSlow
}
