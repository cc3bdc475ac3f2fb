import Settings
import Testing

@Suite struct `Malformed files` {
    @Test(arguments: [
        (
            "a: b: c",
            "demo.yaml:1:5: error: expected valid YAML, found an error (mapping values are not allowed in this context)"
        ),
        (
            "a:\n\tb: 1",
            "demo.yaml:2:1: error: expected valid YAML, found an error; indent with spaces, not tabs (found character that cannot start any token, while scanning for the next token)"
        ),
        (
            "a: [1, 2",
            "demo.yaml:2:1: error: expected valid YAML, found an error (did not find expected ',' or ']', while parsing a flow sequence)"
        ),
        (
            "a: 'x",
            "demo.yaml:1:6: error: expected valid YAML, found an error (found unexpected end of stream, while scanning a quoted scalar)"
        ),
        (
            "a: \"\\q\"",
            "demo.yaml:1:5: error: expected valid YAML, found an error (found unknown escape character, while parsing a quoted scalar)"
        ),
        (
            "a: 1\nb: x\u{7}y",
            "demo.yaml:2:5: error: expected printable characters, found the control character U+0007; take it out"
        ),
        (
            "a: \0",
            "demo.yaml:1:4: error: expected printable characters, found the control character U+0000; take it out"
        ),
        (
            "a: 1\n---\nb: 2",
            "demo.yaml:2:1: error: expected one YAML document, found a second one; leave out '---'"
        ),
        (
            "a: 1\nb: 2\na: 3",
            "demo.yaml:1:1: error: expected each key once in a mapping, found 'a' more than once; leave one out"
        ),
        (
            "x: {a: 1, 'a': 2}",
            "demo.yaml:1:5: error: expected each key once in a mapping, found 'a' more than once; leave one out"
        ),
        (
            "? [a, b]\n: 1",
            "demo.yaml:1:3: error: expected a single word as key, found a collection"
        ),
        (
            "a: !!int 5",
            "demo.yaml:1:4: error: expected values without anchors, aliases and tags, found a tag (!name); leave the tag out"
        ),
        (
            "a: !!str 5",
            "demo.yaml:1:4: error: expected values without anchors, aliases and tags, found a tag (!name); leave the tag out"
        ),
        (
            "a: ! 5",
            "demo.yaml:1:4: error: expected values without anchors, aliases and tags, found a tag (!name); leave the tag out"
        ),
        (
            "a: !x [5]",
            "demo.yaml:1:4: error: expected values without anchors, aliases and tags, found a tag (!name); leave the tag out"
        ),
        (
            "!x a: 5",
            "demo.yaml:1:1: error: expected values without anchors, aliases and tags, found a tag (!name); leave the tag out"
        ),
        (
            "a: &x 5",
            "demo.yaml:1:4: error: expected values without anchors, aliases and tags, found an anchor (&name); write the value out"
        ),
        (
            "a: &x\n  b: 5",
            "demo.yaml:1:4: error: expected values without anchors, aliases and tags, found an anchor (&name); write the value out"
        ),
        (
            "&x a: 5",
            "demo.yaml:1:1: error: expected values without anchors, aliases and tags, found an anchor (&name); write the value out"
        ),
        (
            "a: &x 5\nb: *x",
            "demo.yaml:2:4: error: expected values without anchors, aliases and tags, found an alias (*name); write the value out"
        ),
        (
            "a: *x",
            "demo.yaml:1:4: error: expected values without anchors, aliases and tags, found an alias (*name); write the value out"
        ),
    ])
    func `are refused with a place`(yaml: String, message: String) {
        #expect(malformed(yaml) == message)
    }

    @Test(arguments: [
        "a & b", "a&b", "*", "&", "&x *x", "!x", "rock & *roll* !", "\\&",
    ])
    func `the characters of anchors are ordinary inside texts`(text: String) throws {
        let yaml = "# &x *x\nname: '\(text)'"
        #expect(try load(yaml) { $0.text("name", default: "", "") }.value == text)
    }

    @Test func `a byte order mark and Windows line ends do no harm`() throws {
        let yaml = "\u{FEFF}a: 1\r\nb: 2\r\n"
        #expect(
            try load(yaml) {
                $0.integer("a", default: 0, in: .any, "")
                    + $0.integer("b", default: 0, in: .any, "")
            }.value == 3)
    }

    @Test func `bombs of aliases are refused at once, as values and as keys`() {
        let levels = (1...60).map { "a\($0): &a\($0) [*a\($0 - 1), *a\($0 - 1), *a\($0 - 1)]\n" }
        let bomb = "a0: &a0 [x, x]\n" + levels.joined()
        let refusal =
            "error: expected values without anchors, aliases and tags, found an alias (*name); write the value out"
        #expect(malformed(bomb) == "demo.yaml:2:10: \(refusal)")
        // Yams hashes keys: this one would keep it busy for ever.
        #expect(malformed(bomb + "? *a60\n: 1\n") == "demo.yaml:2:10: \(refusal)")
        #expect(malformed("a: &a [*a]") == "demo.yaml:1:8: \(refusal)")
    }

    @Test(arguments: [17, 100, 900, 100_000])
    func `deep nesting is refused`(depth: Int) {
        for open in ["[", "{a: ", "- ", "? "] {
            let found = malformed("a:\n  " + String(repeating: open, count: depth))
            #expect(found.contains("error: "), "\(open)")
        }
        let lists = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        let found = malformed("a: " + lists)
        #expect(
            found == "demo.yaml:1:19: error: expected at most 16 levels, found more"
                || (depth >= 900 && found.hasPrefix("demo.yaml:1:")), "\(found)")
    }

    @Test func `size has limits`() {
        let letters = "a: " + String(repeating: "x", count: 1 << 20)
        #expect(
            malformed(letters)
                == "demo.yaml:1:1: error: expected at most 1048576 bytes, found 1048579")
        let list = "a: [" + String(repeating: "1,", count: 100_001) + "]"
        #expect(
            malformed(list)
                == "demo.yaml:1:200001: error: expected at most 100000 values, found more")
    }

    @Test(arguments: 0..<300)
    func `random garbage never traps and every error has a place`(seed: UInt64) {
        var numbers = Numbers(state: seed)
        let pieces = [
            "a", ": ", "\n", "  ", "- ", "[", "]", "{", "}", ",", "&a ", "*a", "!b ", "!!str ", "'",
            "\"", "|", ">", "#", "? ", "%YAML 1.1", "---\n", "...", "\t", "\\x", "\r", "é", "<<: ",
            "~",
            "\0", "@", "1.5",
        ]
        var yaml = ""
        for _ in 0..<Int.random(in: 0..<40, using: &numbers) {
            yaml += pieces.randomElement(using: &numbers) ?? ""
        }
        do {
            _ = try SettingsTree(yaml: yaml, file: "demo.yaml").load(Demo.init)
        } catch {
            #expect(!error.diagnostics.isEmpty)
            for diagnostic in error.diagnostics {
                #expect(diagnostic.description.hasPrefix("demo.yaml:"), "\(yaml)")
            }
        }
    }

    @Test func `every prefix of a good file is read or refused`() {
        let yaml =
            "name: \"a\\n\"\nclient:\n  scheduler: { kind: fedhyper_g, form: paper }\nseeds:\n  - 1\n"
        for count in 0...yaml.count {
            let found = mistakes(in: String(yaml.prefix(count)), Demo.init)
            #expect(found.isEmpty || found.hasPrefix("demo.yaml:"), "\(count)")
        }
        #expect(mistakes(in: yaml, Demo.init) == "")
    }
}
