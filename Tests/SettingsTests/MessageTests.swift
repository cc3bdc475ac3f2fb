import Settings
import Testing

@Suite struct `Messages about values` {
    @Test(arguments: [
        ("a: fast", "demo.yaml:1:4: error: a: expected a number such as 1.0, found 'fast'"),
        (
            "a: '2'",
            "demo.yaml:1:4: error: a: expected a number such as 1.0, found the text '2'; write it without quotes"
        ),
        ("a: [1]", "demo.yaml:1:4: error: a: expected a number such as 1.0, found a list"),
        ("a: {b: 1}", "demo.yaml:1:4: error: a: expected a number such as 1.0, found a mapping"),
        ("a:", "demo.yaml:1:3: error: a: expected a number such as 1.0, found no value"),
        ("a: null", "demo.yaml:1:4: error: a: expected a number such as 1.0, found null"),
        (
            "a: 0x10",
            "demo.yaml:1:4: error: a: expected a number such as 1.0, found '0x10'; write 16"
        ),
        (
            "a: 1_000",
            "demo.yaml:1:4: error: a: expected a number such as 1.0, found '1_000'; write 1000"
        ),
        ("a: 1e-400", "demo.yaml:1:4: error: a: expected a number greater than 0, found 1e-400"),
        ("a: -0.5", "demo.yaml:1:4: error: a: expected a number greater than 0, found -0.5"),
        ("a: .nan", "demo.yaml:1:4: error: a: expected a finite number, found .nan"),
        ("a: -inf", "demo.yaml:1:4: error: a: expected a finite number, found -inf"),
        ("a: 1e999", "demo.yaml:1:4: error: a: expected a finite number, found 1e999"),
    ])
    func `a wrong number`(yaml: String, message: String) {
        let found = mistakes(in: yaml) { $0.number("a", default: 1, in: .positive, "") }
        #expect(found == message)
    }

    @Test(arguments: [
        ("a: 1e-3", 1e-3), ("a: .5", 0.5), ("a: 5.", 5), ("a: +1", 1), ("a: 007", 7),
        ("a: 1E+2", 100), ("a: 5e-324", .leastNonzeroMagnitude),
    ])
    func `every decimal spelling of a number is read`(yaml: String, value: Double) throws {
        #expect(try load(yaml) { $0.number("a", default: 1, in: .positive, "") }.value == value)
    }

    @Test(arguments: [
        ("a: 1.5", "demo.yaml:1:4: error: a: expected a whole number such as 50, found 1.5"),
        (
            "a: 1e3",
            "demo.yaml:1:4: error: a: expected a whole number such as 50, found 1e3; write 1000"
        ),
        ("a: many", "demo.yaml:1:4: error: a: expected a whole number such as 50, found 'many'"),
        ("a: 0", "demo.yaml:1:4: error: a: expected a whole number of 1 or more, found 0"),
        (
            "a: 99999999999999999999",
            "demo.yaml:1:4: error: a: expected a whole number that fits into 64 bits, found 99999999999999999999"
        ),
    ])
    func `a wrong whole number`(yaml: String, message: String) {
        let found = mistakes(in: yaml) { $0.integer("a", default: 50, in: .atLeast(1), "") }
        #expect(found == message)
    }

    @Test func `an optional number names an example from its range`() {
        let found = mistakes(in: "a: x\nb: x\nc: 7") {
            _ = $0.optionalNumber("a", in: .between(0, 0.5), "")
            _ = $0.optionalInteger("b", in: .above(3), "")
            _ = $0.optionalNumber("c", in: .fraction, "")
        }
        #expect(
            found == """
                demo.yaml:1:4: error: a: expected a number such as 0.5, found 'x'
                demo.yaml:2:4: error: b: expected a whole number such as 4, found 'x'
                demo.yaml:3:4: error: c: expected a number of at least 0 and less than 1, found 7
                """)
    }

    @Test func `each element of a list has its own place`() {
        let found = mistakes(in: "a: [1, -2, x]\nb:\n  - 0.5\n  - nan\nc: 3") {
            _ = $0.integers("a", default: [200], in: .positive, "")
            _ = $0.numbers("b", default: [], in: .positive, "")
            _ = $0.integers("c", default: [], in: .positive, "")
        }
        #expect(
            found == """
                demo.yaml:1:8: error: a[1]: expected a whole number greater than 0, found -2
                demo.yaml:1:12: error: a[2]: expected a whole number such as 200, found 'x'
                demo.yaml:4:5: error: b[1]: expected a finite number, found nan
                demo.yaml:5:4: error: c: expected a list of whole numbers such as [1], found 3
                """)
    }

    @Test func `each number of a list of lists has its own place`() throws {
        let found = mistakes(in: "a: [[1, -2], 3, [x]]\nb: 4") {
            _ = $0.integerLists("a", in: .nonNegative, "")
            _ = $0.integerLists("b", in: .between(0, 9), "")
        }
        #expect(
            found == """
                demo.yaml:1:9: error: a[0][1]: expected a whole number of 0 or more, found -2
                demo.yaml:1:14: error: a[1]: expected a list of whole numbers such as [1], found 3
                demo.yaml:1:18: error: a[2][0]: expected a whole number such as 1, found 'x'
                demo.yaml:2:4: error: b: expected a list of lists of whole numbers such as [[9]], found 4
                """)
        let loaded = try load("a: [[1, 2], []]") {
            ($0.integerLists("a", in: .any, ""), $0.integerLists("b", in: .any, ""))
        }
        #expect(loaded.value == ([[1, 2], []], []))
        #expect(loaded.resolved == "a: [[1, 2], []]\nb: []\n")
    }

    @Test func `flags are true or false and nothing else`() {
        let found = mistakes(in: "a: yes\nb: \"true\"\nc: true") {
            _ = $0.flag("a", default: false, "")
            _ = $0.flag("b", default: false, "")
            _ = $0.flag("c", default: false, "")
        }
        #expect(
            found == """
                demo.yaml:1:4: error: a: expected true or false, found 'yes'; write true
                demo.yaml:2:4: error: b: expected true or false, found the text 'true'; write it without quotes
                """)
    }

    @Test func `texts and paths`() {
        let found = mistakes(in: "a: [x]\nb:\nc: \"\"") {
            _ = $0.text("a", default: "demo", "")
            _ = $0.text("b", default: "", "")
            _ = $0.filePath("c", default: "x", "")
        }
        #expect(
            found == """
                demo.yaml:1:4: error: a: expected a text such as 'demo', found a list
                demo.yaml:2:3: error: b: expected a text, found no value
                demo.yaml:3:4: error: c: expected a path, found the text ''
                """)
    }

    @Test func `choices suggest the close word`() {
        let found = mistakes(in: "a: papre\nb: per_clint\nc: 0\nd: [1]\ne: 1.5") { settings in
            _ = settings.choice("a", of: ["paper": 1, "normalized": 2], default: "paper", "")
            for key in ["b", "c", "d", "e"] {
                _ = settings.choiceOrInteger(
                    key, of: ["per_client": 0], default: "per_client", integer: { $0 },
                    in: .positive, "")
            }
        }
        let expected = "per_client or a whole number greater than 0"
        #expect(
            found == """
                demo.yaml:1:4: error: a: expected one of paper, normalized, found 'papre'; did you mean 'paper'?
                demo.yaml:2:4: error: b: expected \(expected), found 'per_clint'; did you mean 'per_client'?
                demo.yaml:3:4: error: c: expected \(expected), found 0
                demo.yaml:4:4: error: d: expected \(expected), found a list
                demo.yaml:5:4: error: e: expected \(expected), found 1.5
                """)
    }

    @Test func `a default outside its range must be given`() {
        let found = mistakes(in: "x: 1") { settings in
            _ = settings.integer("x", default: 3, in: .any, "")
            _ = settings.integer("per_round", default: 10, in: .between(1, 3), "")
        }
        #expect(
            found == """
                demo.yaml:1:1: error: per_round: expected a whole number between 1 and 3, found no value (the default 10 is outside the range); set the key
                """)
    }

    @Test func `cross checks have the place of the key or of the mapping around it`() throws {
        let body = { (settings: Settings) in
            settings.section("clients", "") { clients in
                _ = clients.integer("count", default: 1, in: .any, "")
                _ = clients.integer("per_round", default: 1, in: .any, "")
                clients.reject("count", "too few")
                clients.reject("per_round", "too many")
            }
            settings.warn("clients.count", "odd")
            #expect(settings.isGiven("clients.count") && settings.isGiven("clients"))
            #expect(!settings.isGiven("clients.per_round") && !settings.isGiven("data"))
            #expect(settings.hasErrors)
        }
        #expect(
            mistakes(in: "\nclients:\n  count: 4", body) == """
                demo.yaml:2:1: error: clients.per_round: too many
                demo.yaml:3:10: error: clients.count: too few
                """)
    }

    @Test func `warnings are handed back in file order`() throws {
        let loaded = try load("a: 1\nb: 2") { settings in
            _ = settings.integer("a", default: 0, in: .any, "")
            _ = settings.integer("b", default: 0, in: .any, "")
            settings.warn("b", "late")
            settings.warn("a", "early")
            #expect(!settings.hasErrors)
        }
        #expect(
            loaded.warnings.map(\.description) == [
                "demo.yaml:1:4: warning: early", "demo.yaml:2:4: warning: late",
            ])
    }

    @Test func `all mistakes are reported at once, in file order, the command line last`() throws {
        var tree = try SettingsTree(
            yaml: "verbos: true\nrounds: 0\nclient: { scheduler: fedhyprg }", file: "demo.yaml")
        try tree.set("data.skew.alpha", to: "-1", place: .commandLine(set: "data.skew.alpha"))
        let error = #expect(throws: SettingsError.self) { try tree.load { _ = Demo($0) } }
        #expect(
            error?.description == """
                demo.yaml:1:1: error: expected a known key, found 'verbos'; did you mean 'verbose'?
                demo.yaml:2:9: error: rounds: expected a whole number of 1 or more, found 0
                demo.yaml:3:22: error: client.scheduler: expected one of constant, fedhyper_g, found 'fedhyprg'; did you mean 'fedhyper_g'?
                command line --set data.skew.alpha: error: data.skew.alpha: expected a number greater than 0, found -1
                """)
    }
}
