public import Settings

/// What the file of a rule declares about it: its names, its row in the pages, its place in the laws.
///
/// The pages' other columns and the keys follow from the rule itself.
public struct RuleFacts: Sendable {
    /// The word after `kind:`.
    public let kind: String
    /// What the rule does, in a few words, for `hyperfed list`.
    public let summary: String
    /// The source, as the pages name it; empty for a rule without one.
    public let paper: String
    /// What the rule moves or adapts, for the pages.
    public let adapts: String
    /// What a server rule decides from, for the pages.
    public let from: String
    /// How many gradients a client rule computes in a step, for the pages.
    public let gradients: String
    /// The settings, keys and values, with which the rule moves nothing; nil if there are none.
    ///
    /// A server rule is then FedAvg to the bit, and a client rule is its optimizer alone.
    public let neutral: KeyValuePairs<String, String>?
    /// Whether the neutral settings stand alone: no other setting of the rule is kept with them.
    public let isNeutralAlone: Bool
    /// Whether the rule estimates a hypergradient, also with its neutral settings.
    public let estimatesHypergradient: Bool
    /// More settings that the laws must hold for, in addition to the defaults and to every word
    /// that a key accepts.
    public let trials: [String]

    /// The facts of a rule.
    init(
        _ kind: String, _ summary: String, paper: String = "", adapts: String, from: String = "",
        gradients: String = "", neutral: KeyValuePairs<String, String>? = nil,
        isNeutralAlone: Bool = false, estimatesHypergradient: Bool = false, trials: [String] = []
    ) {
        (self.kind, self.summary, self.paper) = (kind, summary, paper)
        (self.adapts, self.from, self.gradients) = (adapts, from, gradients)
        (self.neutral, self.isNeutralAlone) = (neutral, isNeutralAlone)
        (self.estimatesHypergradient, self.trials) = (estimatesHypergradient, trials)
    }

    /// Makes the facts of a schedule, which moves the rates of the key `rate` by the round alone.
    ///
    /// - Parameter constantWith: the setting with which the rate never changes, if there is one.
    static func schedule(
        _ kind: String, _ summary: String, constantWith setting: (key: String, value: String)? = nil
    ) -> RuleFacts {
        RuleFacts(
            kind, summary, adapts: "local rate, global or both", from: "the round",
            neutral: setting.map { ["rate": "both", $0.key: $0.value] })
    }

    /// The neutral settings as they stand behind the kind: "{ kind: fathom, hyper_rate: 0 }"; nil
    /// if there are none.
    public var neutralText: String? {
        neutral.map { pairs in
            "{ kind: \(kind)" + pairs.map { ", \($0.key): \($0.value)" }.joined() + " }"
        }
    }
}

/// A rule in a registry: its facts and how it is made.
public struct Rule<Scheduler>: Sendable {
    /// What its file declares.
    public let facts: RuleFacts
    /// Its row in the registry.
    public let registered: Registered<Scheduler>

    init(_ facts: RuleFacts, _ make: @escaping @Sendable (Settings) -> Scheduler) {
        self.facts = facts
        registered = Registered(facts.kind, facts.summary, make)
    }
}
