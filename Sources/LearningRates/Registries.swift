public import Settings

/// The kinds of client scheduler: `client.scheduler` in a scenario.
public let clientSchedulers: [Registered<any ClientScheduler>] = [
    Registered("constant", "the local rate stays as the server sent it", ConstantLocalRate.init),
    Registered(
        "fedhyper_cl", "hypergradient on each client's local rate (FedHyper-CL)", FedHyperCL.init),
    Registered(
        "rtho", "descent on the exact derivative of the validation loss in the rate (RTHO)",
        { MARTHE($0, mu: 1) }),
    Registered("marthe", "RTHO with a damped memory of past steps (MARTHE)", { MARTHE($0) }),
    Registered(
        "zeroth_order", "averaged zeroth-order hypergradient from perturbed copies (HOZOG)",
        ZerothOrder.init),
    Registered(
        "pes", "persistent evolution strategies: pairs of perturbed copies",
        PersistentEvolution.init),
    Registered(
        "hypergradient", "rates follow the gradient's product with the last direction (HD)"
    ) { Hypergradient($0) },
    Registered(
        "delta_sgd", "the local rate follows the smoothness that gradients show (Delta-SGD)",
        DeltaSGD.init),
    Registered("fedsps", "Polyak steps from each batch's own loss (FedSPS)", FedSPS.init),
    Registered(
        "local_gains", "a rate per parameter from successive gradients, normalised",
        LocalGains.init),
    Registered(
        "smd", "a rate per parameter from tangents with curvature (stochastic meta-descent)",
        SMD.init),
    Registered(
        "implicit",
        "rate, momentum and weight decay along the implicit gradient of validation loss",
        ImplicitDifferentiation.init),
    Registered(
        "tower", "optimizers above the client's optimizer move its hyperparameters"
    ) { Tower($0) },
    Registered(
        "dsa", "DSA (reconstruction): a rate per parameter, judged by the step it made", DSA.init),
]

/// The kinds of server scheduler: `server.scheduler` in a scenario.
public let serverSchedulers: [Registered<any ServerScheduler>] =
    separateServerSchedulers + [
        Registered<any ServerScheduler>(
            "combined", "one scheduler for the global rate, another for the local rate"
        ) { CombinedRates($0) }
    ]

/// Those that `combined` is made of.
let separateServerSchedulers: [Registered<any ServerScheduler>] = [
    Registered("constant", "global and local rate stay as configured", ConstantRates.init),
    Registered("fedhyper_g", "hypergradient on the global rate (FedHyper-G)", FedHyperG.init),
    Registered(
        "fedhyper_sl", "hypergradient on one local rate for all clients (FedHyper-SL)",
        FedHyperSL.init),
    Registered("fedexp", "global rate from how much the updates differ (FedExP)", FedExP.init),
    Registered(
        "fedexprox", "global rate from how much proximal steps differ (FedExProx, GraDS)",
        FedExProx.init),
    Registered(
        "fathom", "one local rate from aggregates' cosines with their average (FATHOM)",
        Fathom.init),
    Registered(
        "hypergradient", "hypergradient descent above the server's optimizer (HD-SGD, HD-Adam)",
        ServerHypergradient.init),
    Registered(
        "tower", "optimizers above the server's optimizer move its hyperparameters",
        ServerTower.init),
    Registered("exponential", "a rate shrinks by a factor each round", ExponentialSchedule.init),
    Registered("step", "a rate drops by a factor at given rounds", StepSchedule.init),
    Registered("cosine", "a rate falls along half a wave of a cosine", CosineSchedule.init),
    Registered("linear", "a rate goes in a straight line to its end", LinearSchedule.init),
    Registered("inverse_time", "a rate shrinks like 1 / (1 + a t)", InverseTimeSchedule.init),
    Registered("inverse_sqrt", "a rate shrinks like 1 / √(1 + t)", InverseSqrtSchedule.init),
    Registered("plateau", "a rate drops when the clients' loss stops falling", Plateau.init),
]

/// The kinds of optimizer of the server, with the defaults of federated methods: `server.optimizer`.
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

/// The kinds of optimizer of clients: `client.optimizer` in a scenario.
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
