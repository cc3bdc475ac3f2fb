public import Settings

/// The facts that the file of a rule declares: its names, its row in the pages, and its place in
/// the laws.
///
/// The other columns of the pages and the keys follow from the rule itself.
public struct RuleFacts: Sendable {
    /// The word after `kind:`.
    public let kind: String
    /// What the rule does, in a few words, for `hyperfed list`.
    public let summary: String
    /// The source, as the pages name it; empty for a rule without one.
    public let paper: String
    /// What the rule changes or adapts, for the pages.
    public let adapts: String
    /// The numbers from which a server rule decides, for the pages.
    public let from: String
    /// The number of gradients that a client rule computes in a step, for the pages.
    public let gradients: String
    /// The settings, keys and values, with which the rule changes no rate; nil if there are none.
    ///
    /// A server rule is then FedAvg to the bit, and a client rule is its optimizer alone.
    public let neutral: KeyValuePairs<String, String>?
    /// Whether the neutral settings are complete: no other setting of the rule is kept with them.
    public let isNeutralAlone: Bool
    /// Whether the rule estimates a hypergradient, even with its neutral settings.
    public let estimatesHypergradient: Bool
    /// More settings for which the laws must hold, in addition to the defaults and to every word
    /// that a key accepts.
    public let trials: [String]

    /// Creates the facts of a rule.
    package init(
        _ kind: String, _ summary: String, paper: String = "", adapts: String, from: String = "",
        gradients: String = "", neutral: KeyValuePairs<String, String>? = nil,
        isNeutralAlone: Bool = false, estimatesHypergradient: Bool = false, trials: [String] = []
    ) {
        (self.kind, self.summary, self.paper) = (kind, summary, paper)
        (self.adapts, self.from, self.gradients) = (adapts, from, gradients)
        (self.neutral, self.isNeutralAlone) = (neutral, isNeutralAlone)
        (self.estimatesHypergradient, self.trials) = (estimatesHypergradient, trials)
    }

    /// Returns the facts of a schedule. It sets the rates of the key `rate` from the round alone.
    ///
    /// - Parameter constantWith: the setting with which the rate never changes, if there is one.
    package static func schedule(
        _ kind: String, _ summary: String, constantWith setting: (key: String, value: String)? = nil
    ) -> RuleFacts {
        RuleFacts(
            kind, summary, adapts: "local rate, global or both", from: "the round",
            neutral: setting.map { ["rate": "both", $0.key: $0.value] })
    }

    /// The neutral settings as they follow the kind: "{ kind: fathom, hyper_rate: 0 }"; nil if
    /// there are none.
    public var neutralText: String? {
        neutral.map { pairs in
            "{ kind: \(kind)" + pairs.map { ", \($0.key): \($0.value)" }.joined() + " }"
        }
    }
}

/// A rule in a registry: its facts, and the function that makes it.
public struct Rule<Scheduler>: Sendable {
    /// The facts from the file of the rule.
    public let facts: RuleFacts
    /// The row of the rule in the registry.
    public let registered: Registered<Scheduler>

    package init(_ facts: RuleFacts, _ make: @escaping @Sendable (Settings) -> Scheduler) {
        self.facts = facts
        registered = Registered(facts.kind, facts.summary, make)
    }
}
