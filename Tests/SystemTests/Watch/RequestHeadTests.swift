import Testing
import Watch

@Suite struct `Heads of requests` {
    private static let usual =
        "GET /a/b?c=d HTTP/1.1\r\nHost: localhost:80\r\nif-none-match: \"x\"\r\n"
        + "Accept: text/html\r\nAccept:  */* \t\r\n\r\n"

    private static func head(_ text: String) throws -> RequestHead {
        try RequestHead(Array(text.utf8))
    }

    @Test func `golden head`() throws {
        let head = try Self.head(Self.usual)
        #expect(head.method == "GET" && head.path == "/a/b" && head.host == "localhost:80")
        #expect(head.ifNoneMatch == "\"x\"" && head.bodyBytes == 0)
        let body = try Self.head("POST / HTTP/1.0\r\nHOST:h\r\nContent-Length: 12\r\n\r\n")
        #expect(body.method == "POST" && body.host == "h" && body.bodyBytes == 12)
    }

    @Test func `the end is the first empty line`() {
        let bytes = Array(Self.usual.utf8)
        for count in 0..<bytes.count {
            #expect(RequestHead.end(in: Array(bytes[..<count])) == nil)
        }
        #expect(RequestHead.end(in: bytes) == bytes.count)
        #expect(RequestHead.end(in: bytes + bytes) == bytes.count)
    }

    @Test(arguments: [
        "", "\r\n\r\n", "GET / HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\nHost: a\r\n\r\n",
        "GET / HTTP/2.0\r\nHost: a\r\n\r\n", "GET  / HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET / HTTP/1.1 \r\nHost: a\r\n\r\n", "GET http://a/ HTTP/1.1\r\nHost: a\r\n\r\n",
        "G(T / HTTP/1.1\r\nHost: a\r\n\r\n", "GET / HTTP/1.1\r\nHost : a\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\n b\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 0x1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: \r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nno colon\r\n\r\n", "GET / HTTP/1.1\r\nHost: \u{E9}\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\u{0}\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\rb\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
    ])
    func `what is not of the form is an error`(text: String) {
        #expect(throws: RequestProblem.notHTTP) { try Self.head(text) }
    }

    @Test func `too much is an error`() {
        let long = String(repeating: "a", count: RequestHead.mostBytes)
        #expect(throws: RequestProblem.tooLarge) {
            try Self.head("GET /\(long) HTTP/1.1\r\nHost: a\r\n\r\n")
        }
        let many = String(repeating: "a: b\r\n", count: 101)
        #expect(throws: RequestProblem.tooLarge) {
            try Self.head("GET / HTTP/1.1\r\nHost: a\r\n\(many)\r\n")
        }
        #expect(throws: RequestProblem.tooLarge) {
            try Self.head(
                "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\n")
        }
    }

    /// Each flipped bit gives a head or an error, and no other end.
    @Test func `a flipped bit is no trap`() {
        let bytes = Array(Self.usual.utf8)
        var heads = 0
        for index in bytes.indices {
            for bit in 0..<8 {
                var damaged = bytes
                damaged[index] ^= UInt8(1) << UInt8(bit)
                if (try? RequestHead(damaged)) != nil { heads += 1 }
            }
        }
        #expect(heads > 0 && heads < bytes.count * 8)
    }
}
