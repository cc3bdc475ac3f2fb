public import Settings

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
