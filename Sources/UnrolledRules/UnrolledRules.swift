package import LearningRates

/// The client rules that follow the effect of a hyperparameter through several local steps, one
/// line each. `clientRules` contains them.
package let unrolledRules: [Rule<any ClientScheduler>] = [
    Rule(MARTHE.factsOfRTHO) { MARTHE($0, mu: 1) },
    Rule(MARTHE.facts) { MARTHE($0) },
    Rule(ZerothOrder.facts, ZerothOrder.init),
    Rule(PersistentEvolution.facts, PersistentEvolution.init),
    Rule(ImplicitDifferentiation.facts, ImplicitDifferentiation.init),
]
