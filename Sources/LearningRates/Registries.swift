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

/// The kinds of client scheduler: `client.scheduler` in a scenario.
public let clientSchedulers = clientRules.map(\.registered)

/// The kinds of server scheduler: `server.scheduler` in a scenario.
public let serverSchedulers = serverRules.map(\.registered)

/// The kinds of server scheduler that `combined` can contain.
let separateServerSchedulers = separateServerRules.map(\.registered)

/// The kinds of server optimizer, with the defaults of federated methods: `server.optimizer`.
public let serverOptimizers: [Registered<any Optimizer>] = [
    Registered("sgd", "along the aggregate (FedAvg), with momentum") { SGD($0) },
    Registered("momentum", "along a sum of aggregates that decays (FedAvgM)") { SGD(fedAvgM: $0) },
    Registered("adagrad", "over the root of the sum of squares (FedAdagrad)") {
        fedAdagrad($0)
    },
    Registered("adam", "mean aggregate over the root of its mean square (FedAdam)") {
        Adam(fedAdam: $0)
    },
    Registered("yogi", "adam whose mean square moves by small steps (FedYogi)", Yogi.init),
    Registered("rmsprop", "aggregate over the root of its mean square", RMSProp.init),
]

/// The kinds of client optimizer: `client.optimizer` in a scenario.
public let optimizers: [Registered<any Optimizer>] = [
    Registered("sgd", "stochastic gradient descent, with momentum") { SGD($0) },
    Registered("adam", "mean gradient over the root of its mean square") { Adam($0) },
    Registered("adagrad", "gradient over the root of the sum of its squares") { AdaGrad($0) },
    Registered("rmsprop", "gradient over the root of its mean square", RMSProp.init),
]

/// The kinds of drift correction: `training.correction` in a scenario.
public let driftCorrections: [Registered<any DriftCorrection>] = [
    Registered(
        "none", "clients train on their own loss, updates count as they are", NoCorrection.init),
    Registered("fedprox", "a term holds clients near the global model (FedProx)", FedProx.init),
    Registered("scaffold", "control variates correct local gradients (SCAFFOLD)", Scaffold.init),
    Registered("fednova", "updates count per effective local step (FedNova)", FedNova.init),
    Registered("feddyn", "local losses get linear and proximal terms (FedDyn)", FedDyn.init),
]
