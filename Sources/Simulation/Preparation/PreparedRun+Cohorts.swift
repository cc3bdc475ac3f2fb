import Datasets
import Federation
import LearningRates
import Models
import Scenarios

extension PreparedRun {
    /// Plans the cohorts of this run.
    var cohortPlanner: CohortPlanner {
        CohortPlanner(
            scenario.clients.participation, population: holdout.training, seed: scenario.seed,
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
        return clients.sampling.drawsWithReplacement ? UInt32(clamping: clients.perRound) : 1
    }

    /// The largest weight that any update can have.
    var largestWeight: UInt32 {
        let clients = scenario.clients
        return scenario.server.weighting.weight(
            samples: UInt32(holdout.training.largestSize), times: mostTimes, clients.sampling)
    }

    /// The most that the weights of one round's updates can add up to: those of the largest
    /// clients, or of the largest one in every draw where it can be drawn repeatedly.
    var largestTotalWeight: UInt64 {
        let clients = scenario.clients
        func weight(_ samples: Int) -> UInt64 {
            UInt64(
                scenario.server.weighting.weight(
                    samples: UInt32(samples), times: 1, clients.sampling))
        }
        let population = holdout.training
        if clients.sampling.drawsWithReplacement {
            return weight(population.largestSize) * UInt64(clients.perRound)
        }
        // Weights do not fall with the size, so the largest clients have the largest weights.
        var (left, total) = (clients.perRound, UInt64(0))
        for (size, count) in population.sizeCounts() where left > 0 {
            total += weight(size) * UInt64(min(count, left))
            left -= min(count, left)
        }
        return total
    }

    /// Why no round can be as the scenario describes it, and the key at fault; nil if rounds can.
    var cohortProblem: (key: String, problem: String)? {
        // Weights that don't fit are clamped to this one.
        if largestWeight == .max {
            return (
                "clients.per_round",
                "expected a weight of each client below 2^32, found more for a client of"
                    + " \(holdout.training.largestSize) samples in \(scenario.clients.perRound)"
                    + " draws; use fewer draws, or server.weighting: uniform"
            )
        }
        guard let deadline = scenario.clients.deadline else { return nil }
        let planner = cohortPlanner
        let traffic = traffic(sendsMovement: false)
        let fastest = (0..<UInt32(scenario.clients.count)).lazy.map {
            planner.seconds(client: $0, traffic)
        }
        .min()
        guard let fastest, fastest > deadline else { return nil }
        return (
            "clients.deadline",
            "expected at least \(fastest) simulated seconds, the time of the fastest client, found"
                + " \(deadline); raise it"
        )
    }
}
