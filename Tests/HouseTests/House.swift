import TestSupport
import Testing

/// The rules that every file of this project keeps. A failure names file, line, the rule and what to
/// do instead.
@Suite struct `House rules` {
    static let sources = SourceTree.files(in: "Sources", endings: ["swift"])
    static let tests = SourceTree.files(in: "Tests", endings: ["swift"])
    static let c = SourceTree.files(in: "Sources", endings: ["c", "h", "modulemap"])
    static let everywhere = sources + tests
    /// All files of Swift and C, read once.
    static let codes = Dictionary(
        uniqueKeysWithValues: (everywhere + c).map {
            ($0, SwiftCode(SourceTree.text(of: $0) ?? ""))
        })

    /// The code of a file, which has no lines if the file is missing.
    static func code(_ path: String) -> SwiftCode {
        codes[path] ?? SwiftCode(SourceTree.text(of: path) ?? "")
    }

    /// Fails at a place of the project.
    static func object(_ path: String, _ line: Int, _ message: String) {
        Issue.record("\(path):\(line): \(message)")
    }

    /// Objects to each line of code that has a match, in files other than these.
    static func forbid(
        _ pattern: some RegexComponent, in paths: [String], except: [String] = [], _ message: String
    ) {
        for path in paths where !except.contains(path) {
            for (index, line) in code(path).lines.enumerated() where line.contains(pattern) {
                object(path, index + 1, message)
            }
        }
    }

    @Test func `the files are found`() {
        #expect(Self.sources.count > 50)
        #expect(Self.tests.count > 20)
        #expect(Self.sources.contains("Sources/hyperfed/Hyperfed.swift"))
    }

    @Test func `the reader of code sees what is code`() {
        let code = SwiftCode(
            """
            let a = "try! \\(b("x") + "}") {" // try!
            /* { try! */ func `as! odd`(
                c: () -> Int = { 1 }
            ) {
                let d = #"\\("# + #"try!"#
            }
            func requirement()
            """)
        #expect(!code.lines.joined().contains("try!") && !code.lines.joined().contains("as!"))
        #expect(code.functions.map(\.line) == [2])
        #expect(code.functions.map(\.count) == [5])
    }
}
