import Testing
import Watch

@Suite struct `The pages of a watched folder` {
    private let desk = Desk()
    private let site: WatchSite

    init() { site = WatchSite(token: AccessToken(), name: "runs/a<b", report: desk.report) }

    private func answer(
        _ path: String, _ headers: String = "", method: String = "GET",
        host: String = "127.0.0.1:80"
    )
        async throws -> (status: Answer.Status, text: String, head: String)
    {
        let text = "\(method) \(path) HTTP/1.1\r\nHost: \(host)\r\n\(headers)\r\n"
        let answer = await site.answer(try RequestHead(Array(text.utf8)))
        return (
            answer.status, String(decoding: answer.body, as: UTF8.self),
            String(decoding: answer.head, as: UTF8.self)
        )
    }

    @Test func `tokens are all different, and only the whole word matches`() {
        let tokens = (0..<1000).map { _ in AccessToken() }
        #expect(Set(tokens.map(\.text)).count == 1000)
        #expect(tokens.allSatisfy { $0.text.count == 32 && $0.matches($0.text) })
        let text = tokens[0].text
        for wrong in ["", String(text.dropLast()), text + "0", text.uppercased() + "x"] {
            #expect(!tokens[0].matches(wrong))
        }
        #expect(!tokens[0].matches(tokens[1].text))
    }

    @Test func `without the token there is nothing, for any method`() async throws {
        let wrong = String(repeating: "0", count: 32)
        for path in ["/", "//", "/\(wrong)", "/\(wrong)/", "/\(wrong)/state", "/report.html"] {
            for method in ["GET", "HEAD", "POST"] {
                let answer = try await answer(path, method: method)
                #expect(answer.status == .notFound && answer.text == "404 Not Found\n")
            }
        }
        #expect(desk.made == 0)
    }

    @Test func `only names of this machine are served`() async throws {
        let path = "/\(site.token.text)/"
        for host in ["127.0.0.1", "localhost:1", "LOCALHOST:65535", "[::1]:8080"] {
            #expect(try await answer(path, host: host).status == .done)
        }
        for host in [
            "", "evil.example", "localhost.evil.example", "localhost:", "localhost:x", "127.0.0.1.",
            "localhost:65536", "127.0.0.10", "10.0.0.1", "[::1", "user@localhost",
        ] {
            #expect(try await answer(path, host: host).status == .forbidden, "\(host)")
        }
    }

    @Test(arguments: ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "CONNECT", "get", "X"])
    func `nothing can be written`(method: String) async throws {
        let answer = try await answer("/\(site.token.text)/", method: method)
        #expect(answer.status == .notAllowed && answer.head.contains("\r\nAllow: GET, HEAD\r\n"))
        #expect(desk.made == 0)
    }

    @Test func `every answer keeps other pages out`() async throws {
        let own = "/\(site.token.text)"
        for path in ["/", own, "\(own)/", "\(own)/report.html", "\(own)/state", "\(own)/x"] {
            let head = try await answer(path).head
            for line in [
                "Cache-Control: private, no-cache", "Connection: close",
                "Cross-Origin-Resource-Policy: same-origin", "Referrer-Policy: no-referrer",
                "X-Content-Type-Options: nosniff",
            ] {
                #expect(head.contains("\r\n\(line)\r\n"), "\(path): \(head)")
            }
            let isReport = path.hasSuffix("report.html")
            #expect(head.contains("frame-ancestors '\(isReport ? "self" : "none")'"))
            #expect(
                head.contains("\r\nX-Frame-Options: \(isReport ? "SAMEORIGIN" : "DENY")\r\n"))
            #expect(head.contains("\r\nContent-Security-Policy: default-src 'none'"))
            #expect(head.hasSuffix("\r\n\r\n") && !head.dropLast(4).contains("\r\n\r\n"))
        }
    }

    @Test func `the report comes once for each version`() async throws {
        let path = "/\(site.token.text)/report.html"
        let first = try await answer(path)
        #expect(first.status == .done && first.text == "one")
        let tag = try #require(first.head.firstMatch(of: /\r\nETag: ("[0-9a-f]{16}")\r\n/)?.1)
        for known in ["\(tag)", "W/\(tag)", "\"other\", \(tag)", "*"] {
            let again = try await answer(path, "If-None-Match: \(known)\r\n")
            #expect(again.status == .notModified && again.text == "")
            #expect(!again.head.contains("Content-Length"))
        }
        desk.change { ($0.signature, $0.html, $0.seconds) = (2, "two", 5) }
        let second = try await answer(path, "If-None-Match: \(tag)\r\n")
        #expect(second.status == .done && second.text == "two")
    }

    @Test func `the page around it names the folder, escaped, and works without scripts`()
        async throws
    {
        let page = try await answer("/\(site.token.text)/?x=1")
        #expect(page.text.contains("<title>runs/a&lt;b - hyperfed watch</title>"))
        #expect(page.text.contains("3 of 5 rounds") && !page.text.contains("a<b"))
        #expect(page.text.contains("<noscript><meta http-equiv=\"refresh\""))
        // Its policy allows no script or style inside of it.
        #expect(!page.text.contains("<style") && !page.text.contains("style=\""))
        #expect(!page.text.contains(/<script(?! src=)/) && !page.text.contains(/\ on[a-z]+=/))
        for file in ["watch.css", "watch.js"] {
            #expect(page.text.contains(file))
            #expect(try await answer("/\(site.token.text)/\(file)").status == .done)
        }
        let state = try await answer("/\(site.token.text)/state").text
        let end = #","note":"3 of 5 rounds","runs":[{"text":"a & \"b\"","share":0.6}]}"# + "\n"
        #expect(state.hasPrefix("{\"report\":\"") && state.hasSuffix(end))
        #expect(
            page.text.contains(
                "<li><progress value=\"0.6\"></progress> a &amp; &quot;b&quot;</li>"))
        let moved = try await answer("/\(site.token.text)")
        #expect(moved.status == .moved)
        #expect(moved.head.contains("\r\nLocation: /\(site.token.text)/\r\n"))
    }

    @Test func `the figures beside the report are there, and nothing else`() async throws {
        let own = "/\(site.token.text)/"
        let figure = try await answer(own + "report/a.svg")
        #expect(figure.status == .done && figure.text == "<svg/>")
        #expect(figure.head.contains("\r\nContent-Type: image/svg+xml\r\n"))
        #expect(try await answer(own + "report/a.csv").text == "x")
        for path in ["report/b", "report/c.svg", "report/", "report/../report/a.svg", "a.svg"] {
            #expect(try await answer(own + path).status == .notFound)
        }
    }

    @Test func `before there is a report, its place says why`() async throws {
        desk.change { $0.problem = "no run <yet>" }
        let answer = try await answer("/\(site.token.text)/report.html")
        #expect(answer.status == .done)
        #expect(
            answer.text.contains("no report can be made of these files: no run &lt;yet&gt;."))
    }
}
