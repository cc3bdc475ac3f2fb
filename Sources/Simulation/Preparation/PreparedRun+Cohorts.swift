import Datasets
import Federation
import LearningRates
import Models
import Scenarios

extension PreparedRun {
    /// Returns the planner of this run's cohorts in a phase of the data.
    func cohortPlanner(_ phase: DataPhase) -> CohortPlanner {
        CohortPlanner(
            scenario.clients.participation, population: phase.holdout.training,
            seed: scenario.seed, length: scenario.training.length,
            batchSize: scenario.training.batchSize,
            windows: scenario.clients.availability.windows(seed: scenario.seed, trace: trace))
    }

    /// Reads the file of a trace of availability; nil if there is no trace.
    static func trace(of scenario: Scenario) throws(DataError) -> AvailabilityTrace? {
        guard case .trace(let file, let period) = scenario.clients.availability else { return nil }
        return try AvailabilityTrace(
            path: file, clients: scenario.clients.count, period: period)
    }

    /// Returns the bytes that the algorithm sends for one client and round.
    ///
    /// - Parameter sendsMovement: whether the previous aggregate is sent with the model.
    func traffic(sendsMovement: Bool) -> ClientTraffic {
        let correction = scenario.training.correction
        return ClientTraffic(
            parameters: network.parameterCount,
            vectorsDown: (sendsMovement ? 1 : 0) + correction.vectorsDown,
            vectorsUp: correction.vectorsUp,
            model: scenario.server.compression, update: scenario.client.compression)
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
            samples: UInt32(largestSize), times: mostTimes, clients.sampling)
    }

    /// The largest possible sum of the weights in one round of any phase.
    var largestTotalWeight: UInt64 { phases.map { largestTotalWeight(in: $0) }.max() ?? 0 }

    /// Returns the largest possible sum of the weights in one round. Without repeated draws, the
    /// largest clients give it. With repeated draws, every draw can be the largest client.
    private func largestTotalWeight(in phase: DataPhase) -> UInt64 {
        let clients = scenario.clients
        func weight(_ samples: Int) -> UInt64 {
            UInt64(
                scenario.server.weighting.weight(
                    samples: UInt32(samples), times: 1, clients.sampling))
        }
        let population = phase.holdout.training
        // Of clients that are not surveyed, every one can be the largest.
        if clients.sampling.drawsWithReplacement || !population.isSurveyed {
            return weight(population.largestSize) * UInt64(clients.perRound)
        }
        // The weight never falls as the size grows, so the largest clients have the largest
        // weights.
        var (left, total) = (clients.perRound, UInt64(0))
        for (size, count) in population.sizeCounts() where left > 0 {
            total += weight(size) * UInt64(min(count, left))
            left -= min(count, left)
        }
        return total
    }

    /// The reason why no round can be as the scenario describes it, with the key that causes it. It
    /// is nil if rounds are possible.
    var cohortProblem: (key: String, problem: String)? {
        // Larger weights are clamped to this value.
        if largestWeight == .max {
            return (
                "clients.per_round",
                "expected a weight of each client below 2^32, found more for a client of"
                    + " \(largestSize) samples in \(scenario.clients.perRound)"
                    + " draws; use fewer draws, or server.weighting: uniform"
            )
        }
        // With staleness, late updates join a later round.
        guard let deadline = scenario.clients.deadline, !scenario.training.mode.hasStaleness else {
            return nil
        }
        let traffic = traffic(sendsMovement: false)
        let fastest = phases.compactMap { phase -> Double? in
            let planner = cohortPlanner(phase)
            let times = (0..<UInt32(scenario.clients.count)).lazy.map {
                planner.seconds(client: $0, traffic)
            }
            // Nearly always one of the first clients is fast enough.
            return times.contains { $0 <= deadline } ? nil : times.min()
        }.max()
        guard let fastest else { return nil }
        return (
            "clients.deadline",
            "expected at least \(fastest) simulated seconds, the time of the fastest client, found"
                + " \(deadline); raise it"
        )
    }
}
