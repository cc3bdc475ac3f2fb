import Settings

/// Loads a text called `demo.yaml`.
func load<T>(_ yaml: String, _ body: (Settings) -> T) throws -> Loaded<T> {
    try SettingsTree(yaml: yaml, file: "demo.yaml").load(body)
}

/// The mistakes of a text, one per line; empty if there are none.
func mistakes<T>(in yaml: String, _ body: (Settings) -> T) -> String {
    do {
        _ = try load(yaml, body)
        return ""
    } catch {
        return "\(error)"
    }
}

/// What one reader makes of a text: the mistakes.
func malformed(_ yaml: String) -> String {
    mistakes(in: yaml) { _ in }
}

/// A scenario in small: sections, components, every reader.
struct Demo: Equatable {
    enum Form: Equatable { case paper, normalized }
    enum Processes: Equatable { case perClient, fixed(Int) }

    var name: String
    var rounds: Int
    var seeds: [Int]
    var hidden: [Double]
    var verbose: Bool
    var target: Double?
    var alpha: Double
    var processes: Processes
    var scheduler: Scheduler
    var kind: String

    init(_ settings: Settings) {
        name = settings.text("name", default: "demo", "the run's name")
        rounds = settings.integer("rounds", default: 50, in: .atLeast(1), "rounds to train")
        seeds = settings.integers("seeds", default: [1, 2], in: .nonNegative, "one run each")
        hidden = settings.numbers("hidden", default: [0.5], in: .positive, "factors")
        verbose = settings.flag("verbose", default: false, "say more")
        target = settings.optionalNumber("target", in: .between(0, 1), "accuracy to reach")
        alpha = settings.section("data", "what is learnt from") { data in
            data.section("skew", "how clients differ") { skew in
                skew.number("alpha", default: 0.5, in: .positive, "concentration")
            }
        }
        processes = settings.choiceOrInteger(
            "processes", of: ["per_client": .perClient], default: "per_client",
            integer: Processes.fixed, in: .positive, "client processes")
        (kind, scheduler) = settings.section("client", "the client's side") { client in
            client.namedComponent(
                "scheduler", from: schedulers, default: "constant", "who sets the local rate")
        }
    }
}

struct Scheduler: Equatable {
    var rate: Double
    var form: Demo.Form?
}

let schedulers: [Registered<Scheduler>] = [
    Registered("constant", "keeps the rate") { settings in
        Scheduler(
            rate: settings.number("rate", default: 1, in: .positive, "the rate"), form: nil)
    },
    Registered("fedhyper_g", "hypergradient") { settings in
        Scheduler(
            rate: settings.number("hyper_rate", default: 1e-5, in: .nonNegative, "κ"),
            form: settings.choice(
                "form", of: ["paper": .paper, "normalized": .normalized], default: "normalized",
                "which formula"))
    },
]

/// Numbers for property tests; the same ones for the same seed.
struct Numbers: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
