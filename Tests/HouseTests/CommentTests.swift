import Testing

extension `House rules` {
    @Test func `the reader of comments is not misled by texts`() {
        let code = SwiftCode(
            """
            let a = "// look \\(b("tell")) end" // first
            /// Computes a.
            ///
            /// - More.
            @discardableResult
            func f() -> Int { 0 }
            """)
        #expect(code.comments.map(\.line) == [1, 2, 3, 4])
        #expect(code.comments.first?.text == "// first")
        #expect(code.texts.map(\.text) == ["tell", "// look _ end"])
        let comments = code.docComments
        #expect(comments.map(\.line) == [2])
        #expect(comments.map(\.text) == [[" Computes a.", "", " - More."]])
        #expect(comments.map(\.isOnFunction) == [true])
    }

    @Test func `sentences end at stops, lists, tables and formulas`() {
        let text = """
             Computes x, e.g. by Adam (Kingma et al. 2015), in
             one pass. Returns it.

                 y = x + 1. No sentence

             - first item
             - second item
             | a | table |
            """
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let sentences = Sentences.of(lines.enumerated().map { ($0.offset + 1, String($0.element)) })
        #expect(sentences.map(\.line) == [1, 2, 6, 7])
        #expect(sentences.map { DocComment.words(of: $0.text) } == [9, 2, 2, 2])
    }

    @Test func `defaults are requirements with the same first label`() {
        let code = SwiftCode(
            """
            protocol Rule {
                /// Needs a vector.
                var needsVector: Bool { get }
                func start(at rate: Double)
            }
            extension Rule {
                /// It does not.
                var needsVector: Bool { false }
                /// By default, a rule starts anew.
                func start(at rate: Double) {}
                /// Starts at 0.
                func start(from text: String) {}
            }
            """)
        #expect(Defaults(code).undocumented.map(\.line) == [7])
    }

    @Test func `an exception that is not needed is a failure`() {
        withKnownIssue {
            Rule(exceptions: ["Sources/Nowhere/": "no file is there"]) { _ in [] }.check([
                "Sources/A"
            ])
        }
    }

    @Test func `a breach is a failure, but for an exception`() {
        let rule = Rule(exceptions: ["Sources/A/": "for this test"]) { _ in
            [Rule.Breach(line: 1, message: "always; never")]
        }
        rule.check(["Sources/A/B.swift"])
        withKnownIssue { rule.check(["Sources/A/B.swift", "Sources/C.swift"]) }
    }
}
