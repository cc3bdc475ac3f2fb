public import LearningRates
public import Settings

/// The client rules, one line each.
public let clientRules: [Rule<any ClientScheduler>] = [
    Rule(ConstantLocalRate.facts, ConstantLocalRate.init),
    Rule(FedHyperCL.facts, FedHyperCL.init),
    Rule(MARTHE.factsOfRTHO) { MARTHE($0, mu: 1) },
    Rule(MARTHE.facts) { MARTHE($0) },
    Rule(ZerothOrder.facts, ZerothOrder.init),
    Rule(PersistentEvolution.facts, PersistentEvolution.init),
    Rule(Hypergradient.facts) { Hypergradient($0) },
    Rule(DeltaSGD.facts, DeltaSGD.init),
    Rule(FedSPS.facts, FedSPS.init),
    Rule(FedCM.facts, FedCM.init),
    Rule(LocalGains.facts, LocalGains.init),
    Rule(SMD.facts, SMD.init),
    Rule(ImplicitDifferentiation.facts, ImplicitDifferentiation.init),
    Rule(Tower.facts) { Tower($0) },
    Rule(DSA.facts, DSA.init),
]

/// The kinds of client scheduler: `client.scheduler` in a scenario.
public let clientSchedulers = clientRules.map(\.registered)
