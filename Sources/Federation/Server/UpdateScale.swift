public import LearningRates

/// The factor of a client's update before it is added to the aggregate. It is 1 for most drift
/// corrections. FedNova divides each update by the effective number of steps of its client.
public struct UpdateScale: Sendable {
    private let correction: any DriftCorrection
    /// A_i of a client that takes the most steps at its sent rate. Updates are scaled relative to
    /// it.
    let referenceSteps: Double

    /// Creates the factors of a run.
    ///
    /// - Parameter mostSteps: the largest number of local steps of a client in a round.
    public init(_ correction: any DriftCorrection, mostSteps: Int) {
        self.correction = correction
        referenceSteps =
            correction.effectiveSteps(LocalWork(steps: mostSteps, meanRate: 1, localRate: 1)) ?? 1
    }

    /// Returns the factor of the update of a report.
    ///
    /// - Parameter localRate: the local rate that was sent with the task.
    public func factor(of report: ClientReport, localRate: Double) -> Double {
        let work = LocalWork(report, localRate: localRate)
        return correction.effectiveSteps(work).map { referenceSteps / $0 } ?? 1
    }
}
