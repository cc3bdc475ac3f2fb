import Datasets
import Federation
import LearningRates
import Models
import Scenarios

extension PreparedRun {
    /// Plans the cohorts of this run.
    var cohortPlanner: CohortPlanner {
        CohortPlanner(
            scenario.clients.participation, sizes: holdout.training.sizes, seed: scenario.seed,
            length: scenario.training.length, batchSize: scenario.training.batchSize)
    }

    /// The bytes that the algorithm sends for one client and round.
    ///
    /// - Parameter sendsMovement: whether the model's last movement goes out with the model.
    func traffic(sendsMovement: Bool) -> ClientTraffic {
        let correction = scenario.training.correction
        return ClientTraffic(
            parameters: network.parameterCount,
            vectorsDown: (sendsMovement ? 1 : 0) + correction.vectorsDown,
            vectorsUp: correction.vectorsUp)
    }

    /// How often a client can be drawn into one cohort.
    var mostTimes: UInt32 {
        let clients = scenario.clients
        return clients.sampling.repeats ? UInt32(clamping: clients.perRound) : 1
    }

    /// The largest weight that any update can have.
    var largestWeight: UInt32 {
        let clients = scenario.clients
        return holdout.training.sizes.map {
            scenario.server.weighting.weight(
                samples: UInt32($0),
                times: mostTimes, clients.sampling)
        }.max() ?? 1
    }

    /// The most that the weights of one round's updates can add up to: those of the largest
    /// clients, or of the largest one in every draw where it can be drawn repeatedly.
    var largestTotalWeight: UInt64 {
        let clients = scenario.clients
        let weights = holdout.training.sizes.map {
            UInt64(
                scenario.server.weighting.weight(samples: UInt32($0), times: 1, clients.sampling))
        }
        if clients.sampling.repeats { return (weights.max() ?? 1) * UInt64(clients.perRound) }
        return weights.sorted(by: >).prefix(clients.perRound).reduce(0, +)
    }

    /// Why no round can be as the scenario describes it, and the key at fault; nil if rounds can.
    var cohortProblem: (key: String, problem: String)? {
        // Weights that don't fit are clamped to this one.
        if largestWeight == .max {
            return (
                "clients.per_round",
                "a client with \(holdout.training.sizes.max() ?? 0) samples that is drawn"
                    + " \(scenario.clients.perRound) times would weigh 2^32 or more; use fewer"
                    + " draws, or server.weighting: uniform"
            )
        }
        guard let deadline = scenario.clients.deadline else { return nil }
        let planner = cohortPlanner
        let traffic = traffic(sendsMovement: false)
        let fastest = (0..<UInt32(scenario.clients.count)).map {
            planner.seconds(client: $0, traffic)
        }
        .min()
        guard let fastest, fastest > deadline else { return nil }
        return (
            "clients.deadline",
            "no client can report within a deadline of \(deadline) simulated seconds; the fastest"
                + " takes \(fastest)"
        )
    }
}
