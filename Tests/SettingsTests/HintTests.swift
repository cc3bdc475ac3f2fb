import Settings
import Testing

@Suite struct `Hints at keys and kinds` {
    private let names = OtherNames(
        keys: [
            "lr": ["rate", "client.rate", "server.rate"], "num_clients": ["client.count"],
            "a": ["kappa"],
        ], words: ["fedavg": ["plain"]])

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
        ("client: { RATE: 1 }", "unknown key 'RATE'; did you mean 'rate'?"),
        ("client: { lr: 1 }", "unknown key 'lr'; did you mean 'rate'?"),
        ("client: { num_clients: 1 }", "unknown key 'num_clients'; did you mean 'count'?"),
        ("client: { cuont: 1 }", "unknown key 'cuont'; did you mean 'count'?"),
        ("client: { rule: { a: 1 } }", "unknown key 'a'; did you mean 'kappa'?"),
        // The same kind with another form.
        ("client: { rule: { clip: 1 } }", "unknown key 'clip'; moving has it only with form: code"),
        // Other kinds of the registry.
        (
            "client: { rule: { decay: 1 } }",
            "unknown key 'decay'; it is a key of other, not of moving"
        ),
        (
            "server: { rule: { kappa: 1 } }",
            "unknown key 'kappa'; it is a key of moving, other, not of plain"
        ),
        // Around it, below it, in another section; the nearest section first.
        ("client: { rule: { rate: 1 } }", "unknown key 'rate'; did you mean 'client.rate'?"),
        ("client: { kappa: 1 }", "unknown key 'kappa'; did you mean 'client.rule.kappa'?"),
        ("server: { count: 1 }", "unknown key 'count'; did you mean 'client.count'?"),
        ("data: { rate: 1 }", "unknown key 'rate'; did you mean 'client.rate' or 'server.rate'?"),
        ("data: { lr: 1 }", "unknown key 'lr'; did you mean 'client.rate' or 'server.rate'?"),
        ("client: { rule: { lr: 1 } }", "unknown key 'lr'; did you mean 'client.rate'?"),
        ("server: { seed: 1 }", "unknown key 'seed'; did you mean 'seed' at the top of the file?"),
        ("alpha: 1", "unknown key 'alpha'; did you mean 'data.skew.alpha'?"),
        ("data: { alpha: 1 }", "unknown key 'alpha'; did you mean 'data.skew.alpha'?"),
        // A key of another section's kind has the same name by chance.
        ("client: { alpha: 1 }", "unknown key 'alpha'; known keys: count, rate, rule"),
        (
            "client: { rule: { alpha: 1 } }",
            "unknown key 'alpha'; known keys: kind, form, kappa"
        ),
        ("server: { rule: { alpha: 1 } }", "unknown key 'alpha'; known keys: kind"),
    ])
    func `an unknown key leads to the nearest right one`(yaml: String, message: String) {
        #expect(found(yaml) == message)
    }

    @Test(arguments: [
        ("MOVING", "; did you mean 'moving'? known: plain, moving, other"),
        ("fed-avg", "; did you mean 'plain'? known: plain, moving, other"),
        ("movnig", "; did you mean 'moving'? known: plain, moving, other"),
        ("DRAWN", "; it is a kind of data.skew; known: plain, moving, other"),
        ("zzz", "; known: plain, moving, other"),
    ])
    func `an unknown kind leads to one by case, another name, spelling, or another group`(
        kind: String, advice: String
    ) {
        #expect(
            found("client: { rule: \(kind) }") == "unknown kind '\(kind)' for client.rule\(advice)")
    }

    @Test func `what must be given is missed only where nothing else is wrong`() {
        let read = { (settings: Settings) in
            settings.section("data", "") { data in
                if !data.isGiven("set") { data.reportMissing("set", "data.set: expected one") }
            }
        }
        #expect(mistakes(in: "", read) == "demo.yaml:1:1: error: data.set: expected one")
        #expect(mistakes(in: "\ndata: {}", read) == "demo.yaml:2:1: error: data.set: expected one")
        #expect(
            mistakes(in: "date: { set: 1 }", read)
                == "demo.yaml:1:1: error: unknown key 'date'; did you mean 'data'?")
    }
}
