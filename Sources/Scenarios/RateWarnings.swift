import Federation
import LearningRates
import Settings

// Warnings about rates far outside the published values. Each bound is beyond all values in the
// named sources, so that a warning is nearly always right.

extension ServerSection {
    /// Warns about a global rate that does not suit the server optimizer.
    ///
    /// - Optimizers that divide by a root move each parameter by about the rate in each round,
    ///   unless τ is as large as the aggregates. Reddi et al. 2021, arXiv 2003.00295, find 10^-3 to
    ///   10^-0.5 best where τ is below 0.1.
    /// - FedAvg has 1; the same paper's grid for FedAvgM ends at 10.
    func warnOfRate(_ settings: Settings, _ kind: String) {
        guard let offset = optimizer.rootOffset else { return warnOfPlainRate(settings) }
        guard offset < 0.1, learningRate > (optimizer.squaresUnderRoot == .mean ? 0.15 : 0.35)
        else { return }
        let isGiven = settings.isGiven("learning_rate")
        settings.warn(
            isGiven ? "learning_rate" : "optimizer",
            "server.learning_rate: expected 0.001 to 0.3 with \(kind) (published values), found"
                + " \(isGiven ? "\(learningRate)" : "no value, so 1"); each parameter moves by"
                + " about \(learningRate) in a round; lower it")
    }

    private func warnOfPlainRate(_ settings: Settings) {
        let whole = learningRate / (1 - optimizer.hyperparameters.momentum)
        if learningRate > 100 {
            settings.warn(
                "learning_rate",
                "server.learning_rate: expected at most 10 (published values; FedAvg has 1), found"
                    + " \(learningRate); a round moves the model by \(learningRate) times the"
                    + " aggregate; lower it")
        } else if whole < 0.01, scheduler.needs.moves == nil {
            settings.warn(
                "learning_rate",
                "server.learning_rate: expected about 1 (FedAvg), found \(learningRate); a round"
                    + " keeps only this share of the clients' aggregate; raise it, or use a"
                    + " server.optimizer that such rates suit: adam, adagrad or yogi")
        }
    }
}

extension ClientSection {
    /// Warns about a local rate that does not suit the local optimizer.
    ///
    /// Optimizers that divide by a root move each parameter by about the rate in each step:
    /// published rates are 0.0001 to 0.01, of AdaGrad up to 0.1.
    func warnOfRate(_ settings: Settings) {
        let divides = optimizer.rootOffset.map { $0 < 0.1 } ?? false
        let isAdaGrad = optimizer.squaresUnderRoot == .sum
        guard learningRate >= (!divides ? 1000 : isAdaGrad ? 0.5 : 0.1) else { return }
        let (expected, effect) =
            divides
            ? (
                "0.0001 to \(isAdaGrad ? "0.1" : "0.01") with \(optimizerKind) (published values)",
                "each parameter moves by about \(learningRate) in a step"
            ) : ("less than 1000", "no published rate of gradient descent is as large")
        settings.warn(
            "learning_rate",
            "client.learning_rate: expected \(expected), found \(learningRate); \(effect); lower it"
        )
    }
}

extension Scenario {
    /// Warns about a weight decay, or a proximal term, that is too strong for the local rate.
    ///
    /// A step of plain gradient descent multiplies the weights by 1 − β λ, and the distance to the
    /// global model by 1 − β μ: beyond β (λ + μ) = 1 it overshoots, beyond 2 it diverges.
    func warnOfLocalTerms(_ settings: Settings) {
        guard client.optimizer.heavyBall != nil else { return }
        let pull = training.correction.proximalWeight
        guard client.learningRate * (client.weightDecay + pull) >= 1 else { return }
        let isDecay = client.weightDecay >= pull
        let key = isDecay ? "client.weight_decay" : "training.correction"
        let what = isDecay ? "" : "a weight of \(training.correctionKind)'s term "
        settings.warn(
            key,
            "\(key): expected \(what)below \(1 / client.learningRate), 1 / client.learning_rate,"
                + " found \(isDecay ? client.weightDecay : pull); each step overshoots the minimum"
                + " of its term; lower it, or client.learning_rate")
    }

    /// A warning that a rule which compares the updates of a round gets rounds with one update; nil
    /// if no such round is known before the run. The run warns about further such rounds.
    public var singleUpdateConcern: String? {
        guard let kind = server.comparingKind else { return nil }
        let start =
            "server.scheduler: expected 2 updates or more in a round for \(kind), which compares"
            + " them, found 1"
        let most =
            clients.sampling.drawsWithReplacement
            ? min(clients.perRound, clients.count) : clients.perRound
        if most == 1 {
            let key = clients.count == 1 ? "clients.count" : "clients.per_round"
            return
                "\(start) (\(key) is 1); its factor is then 1, and all rounds are FedAvg's; raise"
                + " \(key)"
        }
        let rounds = Double(training.rounds) * shareOfSingleUpdates
        guard rounds >= 1 else { return nil }
        return
            "\(start) in about \(Int(rounds.rounded())) of"
            + " \(counted(training.rounds, "round")); its factor is then 1, and these rounds are"
            + " FedAvg's; raise clients.per_round or lower clients.devices.dropout"
    }

    /// A lower bound of the share of rounds with one update, from dropout and repeated draws.
    private var shareOfSingleUpdates: Double {
        let dropout = clients.devices.dropout
        let drawn = clients.participation.drawn
        if clients.sampling.drawsWithReplacement {
            // All draws are the same client. Equal probabilities give the smallest share.
            var share = 1 - dropout
            for _ in 1..<max(drawn, 1) where share > 1e-12 { share /= Double(clients.count) }
            return share
        }
        guard dropout > 0 else { return 0 }
        var share = Double(drawn) * (1 - dropout)
        for _ in 1..<max(drawn, 1) where share > 1e-12 { share *= dropout }
        return share
    }
}

extension ServerSection {
    /// The kind of the server scheduler, or of its part, that compares updates; nil if none does.
    public var comparingKind: String? {
        scheduler.needs.parts(of: schedulerKind).first { $0.needs.comparesUpdates }?.kind
    }
}
