public import Datasets
public import Scenarios

/// The clients' data of a run from one round on. A run whose data do not drift has one phase.
public struct DataPhase: Sendable {
    /// The first round of the phase.
    public let firstRound: Int
    /// The settings of the phase.
    public let settings: DataPhaseSettings
    /// The training samples after all shifts, and the test samples, which no shift changes.
    public let dataset: Dataset
    /// The partition: which client has which samples of `dataset`.
    public let partition: any Population
    /// The samples that each client trains on, and those that it holds out.
    public let holdout: Holdout
    /// The data set before all shifts.
    public let sourceDataset: Dataset
    /// The partition before all shifts.
    public let sourcePartition: any Population
    /// The key that names data and partition of the phase.
    let key: String
    /// The keys in the cache of all that the phase uses.
    let cacheKeys: Set<String>
}

extension PreparedRun {
    /// Whether the clients' data change during the run.
    public var hasDrift: Bool { phases.count > 1 }

    /// Returns the number of the phase of a round.
    public func phaseIndex(of round: Int) -> Int {
        phases.lastIndex { $0.firstRound <= round } ?? 0
    }

    /// Returns the clients' data of a round.
    public func phase(of round: UInt32) -> DataPhase { phases[phaseIndex(of: Int(round))] }

    /// The training samples of the first phase, after all shifts, and the test samples.
    public var dataset: Dataset { phases[0].dataset }
    /// The partition of the first phase: which client has which samples.
    public var partition: any Population { phases[0].partition }
    /// The samples that each client trains on in the first phase, and those that it holds out.
    public var holdout: Holdout { phases[0].holdout }

    /// The largest number of training samples of any client in any phase.
    var largestSize: Int { phases.map(\.holdout.training.largestSize).max() ?? 0 }
}
