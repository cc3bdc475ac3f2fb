import Settings
import Testing

@Suite struct `Hints at keys and kinds` {
    private let names = OtherNames(
        keys: [
            ["lr"]: ["rate", "client.rate", "server.rate"], ["num_clients"]: ["client.count"],
            ["a"]: ["kappa"],
        ], words: [["fedavg"]: ["plain"]])

    private let rules: [Registered<Int>] = [
        Registered("plain", "nothing") { _ in 0 },
        Registered("moving", "moves") { settings in
            let form = settings.choice("form", of: ["paper": 1, "code": 2], default: "paper", "")
            if form == 2 { _ = settings.number("clip", default: 1, in: .any, "") }
            _ = settings.number("kappa", default: 1, in: .any, "")
            return 1
        },
        Registered("other", "moves, too") { settings in
            _ = settings.number("kappa", default: 1, in: .any, "")
            _ = settings.number("decay", default: 1, in: .any, "")
            return 2
        },
    ]

    private let skews: [Registered<Int>] = [
        Registered("even", "evenly") { _ in 0 },
        Registered("drawn", "by lot") { settings in
            Int(settings.number("alpha", default: 1, in: .any, ""))
        },
    ]

    private func found(_ yaml: String) -> String {
        do {
            _ = try SettingsTree(yaml: yaml, file: "demo.yaml").load(otherNames: names) {
                settings in
                _ = settings.unsigned("seed", default: 1, "")
                settings.section("data", "") { data in
                    _ = data.component("skew", from: skews, default: "drawn", "")
                }
                settings.section("client", "") { client in
                    _ = client.integer("count", default: 1, in: .any, "")
                    _ = client.number("rate", default: 1, in: .any, "")
                    _ = client.component("rule", from: rules, default: "moving", "")
                }
                settings.section("server", "") { server in
                    _ = server.number("rate", default: 1, in: .any, "")
                    _ = server.component("rule", from: rules, default: "plain", "")
                }
            }
            return ""
        } catch {
            let text = "\(error)"
            return text.firstRange(of: "error: ").map { String(text[$0.upperBound...]) } ?? text
        }
    }

    @Test(arguments: [
        // The same mapping: by case and hyphens, by a name from elsewhere, by spelling.
        (
            "client: { RATE: 1 }",
            "client: expected a key of client, found 'RATE'; did you mean 'rate'?"
        ),
        ("client: { lr: 1 }", "client: expected a key of client, found 'lr'; did you mean 'rate'?"),
        (
            "client: { num_clients: 1 }",
            "client: expected a key of client, found 'num_clients'; did you mean 'count'?"
        ),
        (
            "client: { cuont: 1 }",
            "client: expected a key of client, found 'cuont'; did you mean 'count'?"
        ),
        (
            "client: { rule: { a: 1 } }",
            "client.rule: expected a key of moving, found 'a'; did you mean 'kappa'?"
        ),
        // The same kind with another form.
        (
            "client: { rule: { clip: 1 } }",
            "client.rule: expected a key of moving, found 'clip', which exists only with form: code; set that, or leave clip out"
        ),
        // Other kinds of the registry.
        (
            "client: { rule: { decay: 1 } }",
            "client.rule: expected a key of moving, found 'decay', a key of other; leave it out or change the kind"
        ),
        (
            "server: { rule: { kappa: 1 } }",
            "server.rule: expected a key of plain, found 'kappa', a key of moving, other; leave it out or change the kind"
        ),
        // Around it, below it, in another section; the nearest section first.
        (
            "client: { rule: { rate: 1 } }",
            "client.rule: expected a key of moving, found 'rate'; did you mean 'client.rate'?"
        ),
        (
            "client: { kappa: 1 }",
            "client: expected a key of client, found 'kappa'; did you mean 'client.rule.kappa'?"
        ),
        (
            "server: { count: 1 }",
            "server: expected a key of server, found 'count'; did you mean 'client.count'?"
        ),
        (
            "data: { rate: 1 }",
            "data: expected a key of data, found 'rate'; did you mean 'client.rate' or 'server.rate'?"
        ),
        (
            "data: { lr: 1 }",
            "data: expected a key of data, found 'lr'; did you mean 'client.rate' or 'server.rate'?"
        ),
        (
            "client: { rule: { lr: 1 } }",
            "client.rule: expected a key of moving, found 'lr'; did you mean 'client.rate'?"
        ),
        (
            "server: { seed: 1 }",
            "server: expected a key of server, found 'seed'; did you mean 'seed' at the top of the file?"
        ),
        ("alpha: 1", "expected a known key, found 'alpha'; did you mean 'data.skew.alpha'?"),
        (
            "data: { alpha: 1 }",
            "data: expected a key of data, found 'alpha'; did you mean 'data.skew.alpha'?"
        ),
        // A key of another section's kind has the same name by chance.
        ("client: { alpha: 1 }", "client: expected one of count, rate, rule, found 'alpha'"),
        (
            "client: { rule: { alpha: 1 } }",
            "client.rule: expected one of kind, form, kappa, found 'alpha'"
        ),
        ("server: { rule: { alpha: 1 } }", "server.rule: expected one of kind, found 'alpha'"),
    ])
    func `an unknown key leads to the nearest right one`(yaml: String, message: String) {
        #expect(found(yaml) == message)
    }

    @Test(arguments: [
        ("MOVING", "; did you mean 'moving'?"),
        ("fed-avg", "; did you mean 'plain'?"),
        ("movnig", "; did you mean 'moving'?"),
        ("DRAWN", ", a kind of data.skew"),
        ("zzz", ""),
    ])
    func `an unknown kind leads to one by case, another name, spelling, or another group`(
        kind: String, advice: String
    ) {
        #expect(
            found("client: { rule: \(kind) }")
                == "client.rule: expected one of plain, moving, other, found '\(kind)'\(advice)")
    }

    @Test func `what must be given is missed only where nothing else is wrong`() {
        let read = { (settings: Settings) in
            settings.section("data", "") { data in
                if !data.isGiven("set") {
                    data.reportMissing("set", expected: "a set", advice: "add one")
                }
            }
        }
        #expect(
            mistakes(in: "", read)
                == "demo.yaml:1:1: error: data.set: expected a set, found no value; add one")
        #expect(
            mistakes(in: "\ndata: {}", read)
                == "demo.yaml:2:1: error: data.set: expected a set, found no value; add one")
        #expect(
            mistakes(in: "date: { set: 1 }", read)
                == "demo.yaml:1:1: error: expected a known key, found 'date'; did you mean 'data'?")
    }
}
