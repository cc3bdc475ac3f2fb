public import LearningRates
public import Settings

/// The server rules: those that `combined` can contain, and those that it cannot.
public let serverRules: [Rule<any ServerScheduler>] =
    separateServerRules + [
        Rule<any ServerScheduler>(CombinedRates.facts) { CombinedRates($0) }
    ]

/// The server rules that `combined` can contain, one line each.
let separateServerRules: [Rule<any ServerScheduler>] = [
    Rule(ConstantRates.facts, ConstantRates.init),
    Rule(FedHyperG.facts, FedHyperG.init),
    Rule(FedHyperSL.facts, FedHyperSL.init),
    Rule(FedExP.facts, FedExP.init),
    Rule(FedExProx.facts, FedExProx.init),
    Rule(Fathom.facts, Fathom.init),
    Rule(ServerHypergradient.facts, ServerHypergradient.init),
    Rule(ServerTower.facts, ServerTower.init),
    Rule(ExponentialSchedule.facts, ExponentialSchedule.init),
    Rule(StepSchedule.facts, StepSchedule.init),
    Rule(CosineSchedule.facts, CosineSchedule.init),
    Rule(LinearSchedule.facts, LinearSchedule.init),
    Rule(InverseTimeSchedule.facts, InverseTimeSchedule.init),
    Rule(InverseSqrtSchedule.facts, InverseSqrtSchedule.init),
    Rule(Plateau.facts, Plateau.init),
]

/// The kinds of server scheduler: `server.scheduler` in a scenario.
public let serverSchedulers = serverRules.map(\.registered)

/// The kinds of server scheduler that `combined` can contain.
let separateServerSchedulers = separateServerRules.map(\.registered)
