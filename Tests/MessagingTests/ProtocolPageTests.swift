import Messaging
import TestSupport
import Testing

/// `Documentation/Protocol.md` is what another client would be written from: it must be true.
@Suite struct `The page of the protocol` {
    private static let page = SourceTree.text(of: "Documentation/Protocol.md") ?? ""
    /// The hexadecimal digits of the page, without spaces and line ends.
    private static let digits = page.filter { !$0.isWhitespace }

    @Test func `has an example of each message, and its bytes`() {
        for kind in MessageKind.allCases {
            let sample = MessageSample.all.first { $0.message.kind == kind }
            #expect(sample.map { Self.digits.contains($0.hex) } == true, "\(kind)")
            #expect(Self.page.contains("| \(kind.rawValue) | `\(kind)` |"), "\(kind)")
        }
    }

    /// The layouts are those of the doc comments, line by line.
    @Test func `has the layout of each message`() throws {
        var count = 0
        for path in SourceTree.files(in: "Sources/Messaging/Messages", endings: ["swift"]) {
            let text = try #require(SourceTree.text(of: path))
            for match in text.matches(of: /\/\/\/ {5}(\S.*)/) {
                count += 1
                #expect(Self.page.contains("    " + match.1), "\(path): \(match.1)")
            }
        }
        #expect(count > 80)
    }

    @Test func `names the version and the prefix`() {
        #expect(Self.page.contains("protocol version, now \(MessageCodec.protocolVersion)\n"))
        let hello = MessageCodec.encode(MessageSample.all[0].message)
        let lines = Self.page.split(separator: "\n").drop { !$0.hasPrefix("## A hello, byte") }
        let bytes = lines.compactMap { $0.wholeMatch(of: /^ {4}((?:[0-9a-f]{2} )+) .*/)?.1 }
            .joined().filter { $0 != " " }
        #expect(bytes == hexadecimal(hello))
    }
}
