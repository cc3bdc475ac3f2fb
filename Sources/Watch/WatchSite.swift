import Bytes

/// The pages of a watched folder: which answer a request gets.
///
/// A request needs the token in its path and a host name of this machine. The second keeps out a
/// page whose host name was made to point to the loopback interface. Nothing can be written.
package struct WatchSite: Sendable {
    package let token: AccessToken
    private let name: String
    private let report: LiveReport

    /// - Parameters:
    ///   - token: the word that each path begins with.
    ///   - name: the folder as the user named it.
    ///   - report: the report of the folder.
    package init(token: AccessToken, name: String, report: LiveReport) {
        (self.token, self.name, self.report) = (token, name, report)
    }

    /// Returns the answer to a request.
    package func answer(_ request: RequestHead) async -> Answer {
        guard Self.isOwn(request.host) else { return Answer(.forbidden) }
        let parts = request.path.split(
            separator: "/", maxSplits: 2, omittingEmptySubsequences: false)
        // The path starts with a slash, so the first part is empty.
        guard parts.count >= 2, token.matches(parts[1]) else { return Answer(.notFound) }
        guard ["GET", "HEAD"].contains(request.method) else {
            return Answer(.notAllowed, headers: [("Allow", "GET, HEAD")])
        }
        guard request.bodyBytes == 0 else { return Answer(.badRequest) }
        guard parts.count == 3 else {
            return Answer(.moved, headers: [("Location", "/\(token.text)/")])
        }
        switch parts[2] {
        case "": return await frame()
        case "report.html": return await page(request)
        case "state": return await state()
        case "watch.css": return Self.file(WatchPages.style, "text/css; charset=utf-8")
        case "watch.js": return Self.file(WatchPages.script, "text/javascript; charset=utf-8")
        case let path: return await file(path)
        }
    }

    /// Returns whether a value of `Host` names this machine from inside. The port may be another
    /// one, if a secure shell passes it on.
    static func isOwn(_ host: String) -> Bool {
        for name in ["127.0.0.1", "localhost", "[::1]"] where host.lowercased().hasPrefix(name) {
            let rest = host.dropFirst(name.count)
            if rest.isEmpty { return true }
            return rest.first == ":" && UInt16(rest.dropFirst()) != nil
        }
        return false
    }

    /// Returns the page around the report, which asks for a new one.
    private func frame() async -> Answer {
        let edition = await report.current()
        return Answer(
            .done, Array(WatchPages.frame(name, edition).utf8), type: "text/html; charset=utf-8",
            headers: [
                (
                    "Content-Security-Policy",
                    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
                        + " frame-src 'self'; base-uri 'none'; form-action 'none';"
                        + " frame-ancestors 'none'"
                )
            ])
    }

    /// Returns the report itself. The policy inside the report allows less than the header.
    private func page(_ request: RequestHead) async -> Answer {
        let edition = await report.current()
        let tag = "\"\(edition.version)\""
        let headers = [
            (name: "ETag", value: tag),
            (
                "Content-Security-Policy",
                "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline';"
                    + " img-src data:; base-uri 'none'; form-action 'none';"
                    + " frame-ancestors 'self'"
            ), ("X-Frame-Options", "SAMEORIGIN"),
        ]
        let type = "text/html; charset=utf-8"
        if let known = request.ifNoneMatch, known == "*" || Self.tags(known).contains(tag) {
            return Answer(.notModified, [], type: type, headers: headers)
        }
        let html = edition.html ?? Array(WatchPages.empty(name, edition).utf8)
        return Answer(.done, html, type: type, headers: headers)
    }

    /// Returns the entity tags in a list, without the mark of weak ones.
    private static func tags(_ list: String) -> [String] {
        list.split(separator: ",").map { tag in
            let tag = tag.drop { $0 == " " }
            return String(tag.hasPrefix("W/") ? tag.dropFirst(2) : tag).filter { $0 != " " }
        }
    }

    /// Returns what the script asks for: the version of the report and the note.
    private func state() async -> Answer {
        let edition = await report.current()
        let runs = edition.runs.map { run in
            "{\"text\":\(run.text.jsonQuoted),\"share\":\(run.share)}"
        }
        let text =
            "{\"report\":\(edition.version.jsonQuoted),\"note\":\(edition.note.jsonQuoted),"
            + "\"runs\":[\(runs.joined(separator: ","))]}\n"
        return Answer(.done, Array(text.utf8), type: "application/json")
    }

    /// Returns a file beside the report: a figure, or its numbers.
    private func file(_ path: Substring) async -> Answer {
        guard let text = await report.current().files[String(path)] else {
            return Answer(.notFound)
        }
        if path.hasSuffix(".csv") { return Self.file(text, "text/csv; charset=utf-8") }
        guard path.hasSuffix(".svg") else { return Answer(.notFound) }
        return Answer(
            .done, Array(text.utf8), type: "image/svg+xml",
            headers: [
                (
                    "Content-Security-Policy",
                    "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
                )
            ])
    }

    private static func file(_ text: String, _ type: String) -> Answer {
        Answer(.done, Array(text.utf8), type: type)
    }
}
