import Settings
import Testing

@Suite struct `Keys, sections and components` {
    @Test(arguments: [
        ("bund: 1", "expected a known key, found 'bund'; did you mean 'bound'?"),
        ("boudn: 1", "expected a known key, found 'boudn'; did you mean 'bound'?"),
        ("foo: 1", "expected one of bound, data, found 'foo'"),
        ("alpha: 1", "expected a known key, found 'alpha'; did you mean 'data.alpha'?"),
        ("data.alpha: 1", "expected nested keys, found 'data.alpha'; write data: { alpha: ... }"),
    ])
    func `an unknown key`(yaml: String, message: String) {
        let found = mistakes(in: yaml) { settings in
            _ = settings.number("bound", default: 1, in: .positive, "")
            _ = settings.section("data", "") { $0.number("alpha", default: 1, in: .any, "") }
        }
        #expect(found == "demo.yaml:1:1: error: \(message)")
    }

    @Test func `where no key is known the message says so`() {
        let found = mistakes(in: "data: {foo: 1}") { $0.section("data", "") { _ in } }
        #expect(found == "demo.yaml:1:8: error: data: expected no keys, found 'foo'")
    }

    @Test(arguments: ["", "data:", "data: null", "data: ~", "data: {}", "---\n", "# nothing\n"])
    func `a missing, empty or null section reads as empty`(yaml: String) throws {
        let loaded = try load(yaml) { settings in
            settings.section("data", "") { $0.number("alpha", default: 0.5, in: .any, "") }
        }
        #expect(loaded.value == 0.5)
        #expect(loaded.resolved == "data:\n  alpha: 0.5\n")
    }

    @Test(arguments: [
        (
            "data: fast",
            "demo.yaml:1:7: error: data: expected a mapping with keys of its own, found 'fast'"
        ),
        (
            "data: [1]",
            "demo.yaml:1:7: error: data: expected a mapping with keys of its own, found a list"
        ),
        ("fast", "demo.yaml:1:1: error: expected a mapping of keys, found 'fast'"),
        ("- 1", "demo.yaml:1:1: error: expected a mapping of keys, found a list"),
    ])
    func `a mapping is needed`(yaml: String, message: String) {
        let found = mistakes(in: yaml) { settings in
            settings.section("data", "") { $0.number("alpha", default: 0.5, in: .any, "") }
        }
        #expect(found == message)
    }

    @Test func `a component is a bare kind, a mapping with kind, or one of the default kind`()
        throws
    {
        let kinds = [
            "": "constant",
            "client: { scheduler: fedhyper_g }": "fedhyper_g",
            "client: { scheduler: { kind: fedhyper_g, form: paper } }": "fedhyper_g",
            "client: { scheduler: { rate: 2 } }": "constant",
            "client: { scheduler: {} }": "constant",
        ]
        for (yaml, kind) in kinds {
            #expect(try load(yaml, Demo.init).value.kind == kind, "\(yaml)")
        }
    }

    @Test(arguments: [
        (
            "{ kind: zzz, what: 1 }",
            "demo.yaml:1:30: error: client.scheduler: expected one of constant, fedhyper_g, found 'zzz'"
        ),
        (
            "[1]",
            "demo.yaml:1:22: error: client.scheduler: expected a kind such as constant, or a mapping with 'kind', found a list"
        ),
        (
            "null",
            "demo.yaml:1:22: error: client.scheduler: expected a kind such as constant, or a mapping with 'kind', found null"
        ),
        (
            "{ kind: constant, form: paper }",
            "demo.yaml:1:40: error: client.scheduler: expected a key of constant, found 'form', a key of fedhyper_g; leave it out or change the kind"
        ),
    ])
    func `a wrong component`(value: String, message: String) {
        #expect(mistakes(in: "client: { scheduler: \(value) }", Demo.init) == message)
    }

    @Test func `describe lists the keys in reading order`() {
        let keys = describe { _ = Demo($0) }
        #expect(
            keys.map(\.path) == [
                "name", "rounds", "seeds", "hidden", "verbose", "target", "data", "data.skew",
                "data.skew.alpha", "processes", "client", "client.scheduler",
                "client.scheduler.rate",
            ])
        #expect(
            keys.map(\.kindOfValue) == [
                "text", "integer", "list of integers", "list of numbers", "flag", "number",
                "section", "section", "number", "one of per_client, or integer", "section",
                "one of constant | fedhyper_g", "number",
            ])
        #expect(keys[1].defaultText == "50" && keys[1].rangePhrase == "1 or more")
        #expect(keys[1].key == "rounds" && keys[1].meaning == "rounds to train")
        #expect(schedulers[1].keys.map(\.path) == ["hyper_rate", "form"])
        #expect(schedulers[1].keys.map(\.defaultText) == ["1e-05", "normalized"])
    }

    @Test func `keys and defaults that other words bring say which`() {
        let rule = Registered("rule", "a rule") { settings in
            let form = settings.choice(
                "form", of: ["a": 0, "b": 1, "c": 2], default: "a", "the form")
            _ = settings.number("rate", default: form == 0 ? 1 : 2, in: .any, "the rate")
            if form == 2 { _ = settings.integer("steps", default: 3, in: .any, "the steps") }
            if settings.flag("redo", default: true, "again") {
                _ = settings.number("margin", default: 0, in: .any, "how far")
            }
        }
        #expect(rule.keys.map(\.key) == ["form", "rate", "redo", "margin"])
        #expect(
            rule.keysOfAllForms.map { "\($0.key) \($0.defaultText) \($0.condition)" } == [
                "form a ", "rate 1.0 ", "redo true ", "margin 0.0 not redo: false",
                "rate 2.0 form: b or c",
                "steps 3 form: c",
            ])
    }

    @Test func `phrases of ranges`() {
        #expect(NumberRange<Double>.positive.phrase == "greater than 0")
        #expect(NumberRange<Double>.nonNegative.phrase == "0 or more")
        #expect(NumberRange<Double>.between(0, 0.5).phrase == "between 0 and 0.5")
        #expect(NumberRange<Int>.positiveUpTo(9).phrase == "greater than 0 and at most 9")
        #expect(NumberRange<Double>.fraction.phrase == "at least 0 and less than 1")
        #expect(NumberRange<Double>.any.phrase == "")
        #expect(!NumberRange<Double>.nonNegative.contains(.nan))
        #expect(!NumberRange<Double>.fraction.contains(1))
        #expect(NumberRange<Int>.positiveUpTo(9).contains(9))
        #expect(!NumberRange<Int>.positiveUpTo(9).contains(0))
        #expect(!NumberRange<Int>.above(3).contains(3))
    }
}

@Suite struct `Lists of components and named numbers` {
    private func levels(_ settings: Settings) -> [Scheduler] {
        settings.components(
            "levels", from: schedulers, default: [["kind": "fedhyper_g", "hyper_rate": "0.5"]],
            atMost: 2, "the levels"
        ).map(\.component)
    }

    @Test func `a list holds bare kinds and mappings`() throws {
        let loaded = try load("levels: [constant, { kind: fedhyper_g, hyper_rate: 2 }]", levels)
        #expect(loaded.value.map(\.rate) == [1, 2])
        #expect(
            loaded.resolved == """
                levels:
                  - kind: constant
                    rate: 1.0
                  - kind: fedhyper_g
                    hyper_rate: 2.0
                    form: normalized

                """)
        #expect(try load(loaded.resolved, levels).resolved == loaded.resolved)
    }

    @Test func `the default is a list as it would be written`() throws {
        #expect(try load("", levels).value.map(\.rate) == [0.5])
        let none = try load("levels: []", levels)
        #expect(none.value.isEmpty)
        #expect(none.resolved == "levels: []\n")
        let described = describe { _ = levels($0) }
        #expect(described[0].kindOfValue == "list of constant | fedhyper_g")
        #expect(described[0].defaultText == "[{ kind: fedhyper_g, hyper_rate: 0.5 }]")
        #expect(described[1].path == "levels[0].hyper_rate")
    }

    @Test func `each element of a list has its own mistakes`() {
        #expect(
            mistakes(in: "levels: [konstant, { kind: fedhyper_g, rat: 3 }, constant]", levels)
                == """
                demo.yaml:1:9: error: levels: expected at most 2 entries, found 3
                demo.yaml:1:10: error: levels[0]: expected one of constant, fedhyper_g, found 'konstant'; did you mean 'constant'?
                demo.yaml:1:40: error: levels[1]: expected one of kind, hyper_rate, form, found 'rat'
                """)
        #expect(
            mistakes(in: "levels: constant", levels)
                == "demo.yaml:1:9: error: levels: expected a list of kinds or of mappings with 'kind',"
                + " found 'constant'")
    }

    @Test func `named numbers are a mapping of one's own names`() throws {
        func read(_ settings: Settings) -> [String] {
            settings.namedNumbers("parts", in: .positive, "parts").map { "\($0.name)=\($0.value)" }
        }
        let loaded = try load("parts: { 0.weight: 2, b: 0.5 }", read)
        #expect(loaded.value == ["0.weight=2.0", "b=0.5"])
        #expect(loaded.resolved == "parts:\n  \"0.weight\": 2.0\n  b: 0.5\n")
        #expect(try load(loaded.resolved, read).value == loaded.value)
        #expect(try load("", read).value == [])
        #expect(
            mistakes(in: "parts: { a: 0 }", read)
                == "demo.yaml:1:13: error: parts.a: expected a number greater than 0, found 0")
        #expect(
            mistakes(in: "parts: [1]", read)
                == "demo.yaml:1:8: error: parts: expected a mapping of names to numbers such as { a: 1.0 },"
                + " found a list")
    }
}
