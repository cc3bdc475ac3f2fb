/// An answer to an HTTP request.
package struct Answer: Equatable, Sendable {
    /// The status of an answer: its code and phrase.
    package enum Status: String, Sendable {
        case done = "200 OK"
        case moved = "308 Permanent Redirect"
        case notModified = "304 Not Modified"
        case badRequest = "400 Bad Request"
        case forbidden = "403 Forbidden"
        case notFound = "404 Not Found"
        case notAllowed = "405 Method Not Allowed"
        case tooSlow = "408 Request Timeout"
        case tooLarge = "431 Request Header Fields Too Large"
    }

    package let status: Status
    /// The headers beside those that every answer has.
    let headers: [(name: String, value: String)]
    package let body: [UInt8]

    init(
        _ status: Status, _ body: [UInt8], type: String = "text/plain; charset=utf-8",
        headers: [(name: String, value: String)] = []
    ) {
        self.status = status
        self.body = body
        self.headers = [("Content-Type", type)] + headers
    }

    /// Creates an answer of one line, which is the status itself.
    init(_ status: Status, headers: [(name: String, value: String)] = []) {
        self.init(status, Array("\(status.rawValue)\n".utf8), headers: headers)
    }

    /// Creates the answer to a request that could not be read.
    init(_ problem: RequestProblem) {
        let status: Status
        switch problem {
        case .notHTTP: status = .badRequest
        case .tooLarge: status = .tooLarge
        case .tooSlow: status = .tooSlow
        }
        self.init(status)
    }

    /// The headers of every answer. With them other pages of the browser cannot read or show it.
    /// They keep the address out of the logs of other sites, and copies out of shared caches.
    private static let always: [(name: String, value: String)] = [
        ("Cache-Control", "private, no-cache"),
        ("Connection", "close"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
        ("Referrer-Policy", "no-referrer"),
        ("X-Content-Type-Options", "nosniff"),
    ]

    /// The headers against frames for an answer that has none of its own.
    private static let closed: [(name: String, value: String)] = [
        ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
        ("X-Frame-Options", "DENY"),
    ]

    /// The bytes before the body: the status, the headers and the empty line.
    package var head: [UInt8] {
        let own = Set(headers.map(\.name))
        var all = headers + Self.always + Self.closed.filter { !own.contains($0.name) }
        if status != .notModified { all.append(("Content-Length", String(body.count))) }
        let lines = all.map { "\($0.name): \($0.value)\r\n" }.joined()
        return Array("HTTP/1.1 \(status.rawValue)\r\n\(lines)\r\n".utf8)
    }

    package static func == (one: Answer, other: Answer) -> Bool {
        one.head == other.head && one.body == other.body
    }
}
