import Datasets
import Federation
import LinearAlgebra
import Models
import Scenarios

/// Sums of updates in client processes: when they are used, and what they take.
extension PreparedRun {
    /// The largest number of parameters for which processes add updates up. A sum takes 12 bytes
    /// for each parameter in each process, and training takes nearly all the time of larger models.
    private static let mostParametersOfSum = 1 << 23

    /// The largest cohort for which processes add updates up. The header of a sum has 4 bytes for
    /// each client, and must stay below the limit for headers.
    private static let largestCohortOfSum = 100_000

    /// Returns whether the processes of a round add their updates up before they send them. With
    /// fewer than two clients for each process, sums would be more bytes than updates.
    ///
    /// - Parameter processes: the number of processes that share the cohort.
    func sumsUpdates(processes: Int) -> Bool {
        let cohort = scenario.clients.perRound
        // With staleness, an update can join another round.
        return !scenario.training.mode.hasStaleness && cohort / 2 >= max(processes, 1)
            && cohort <= Self.largestCohortOfSum
            && network.parameterCount <= Self.mostParametersOfSum
    }

    /// Returns how many slots for sums the shared memory of a run has. If all of them are in use,
    /// a sum travels in a message. More slots would take memory that is used once a round.
    func sumSlots(processes: Int) -> Int {
        sumsUpdates(processes: processes) ? min(processes, 2) : 0
    }

    /// Creates an empty sum with the grid of the aggregate.
    func exactSum() -> ExactSum {
        ExactSum(
            parameters: network.parameterCount, largestWeight: largestWeight,
            largestTotal: largestTotalWeight)
    }

    /// The factors of updates in the aggregate.
    var updateScale: UpdateScale {
        UpdateScale(scenario.startedCorrection, mostSteps: mostSteps)
    }

    /// The largest number of local steps of a client in a round.
    var mostSteps: Int {
        BatchOrder.stepCount(
            samples: largestSize, batchSize: scenario.training.batchSize,
            length: scenario.training.length)
    }
}
