public import Reporting
public import Simulation
import Statistics

/// One run as a report shows it: what is there of it, and its rounds.
public struct RunData: Sendable {
    /// The result of one evaluation of the global model.
    public struct Evaluation: Equatable, Sendable {
        /// After how many rounds, from 1.
        public let round: Int
        /// The accuracy, 0 to 1, or RMSE.
        public let value: Double
    }

    /// The seed of the run.
    public let seed: UInt64
    /// The folder of the run, as a reader of the report can name it.
    public let folder: String
    /// How far the run is.
    public let status: RunStatus
    /// The content of its run.json; nil if it is not there.
    public let file: RunFile?
    /// Its rounds so far; nil if it has none that can be read.
    public let series: RoundSeries?
    /// The rounds that are planned.
    public let plannedRounds: Int
    /// What says how good its model is.
    public let metric: Metric

    /// The evaluations: after how many rounds, from 1, and the accuracy (0 to 1) or RMSE.
    public let evaluations: [Evaluation]

    init(
        seed: UInt64, folder: String, status: RunStatus, file: RunFile?, series: RoundSeries?,
        plannedRounds: Int, metric: Metric
    ) {
        (self.seed, self.folder, self.status, self.file) = (seed, folder, status, file)
        (self.series, self.plannedRounds, self.metric) = (series, plannedRounds, metric)
        let values = series?.values(of: metric) ?? []
        evaluations = values.enumerated().compactMap { round, value in
            value.isNaN ? nil : Evaluation(round: round + 1, value: value)
        }
    }

    /// The mean of the last ten evaluations, or of all, of a finished run; nil for other runs.
    public var final: Double? {
        guard status == .done, file?.figures.voidRounds != file?.rounds else { return nil }
        return mean(evaluations.suffix(10).map(\.value))
    }

    /// The final value; of a diverged run, that of a constant prediction.
    public var counted: Double? { final ?? (status == .failed ? file?.constantPrediction : nil) }

    /// Returns after how many rounds an evaluation first was as good as this; nil if none was.
    public func rounds(to target: Double) -> Int? {
        evaluations.first { metric == .accuracy ? $0.value >= target : $0.value <= target }?.round
    }
}
