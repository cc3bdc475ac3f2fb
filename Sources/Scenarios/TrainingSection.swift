public import Datasets
public import Federation
public import LearningRates
import Settings

/// The section `training`: the rounds, and the work of a client in each.
public struct TrainingSection: Sendable {
    /// The number of rounds.
    public let rounds: Int
    /// The kind of the mode of rounds.
    public let modeKind: String
    /// When rounds end in simulated time, and which updates they use.
    public let mode: RoundMode
    /// The local epochs, or the local steps, of a round.
    public let length: BatchOrder.Length
    /// The samples of one local step.
    public let batchSize: Int
    /// The samples of one validation batch; nil for `batchSize`.
    public let validationBatchSize: Int?
    /// The kind of the drift correction.
    public let correctionKind: String
    /// The drift correction, not started yet.
    public let correction: any DriftCorrection
    /// The action after a client's training diverges.
    public let onDivergence: Divergence

    /// The action after a client's training diverges, or after its update is refused.
    public enum Divergence: Sendable {
        /// The run ends and names the client.
        case stop
        /// The client is dropped from the round and keeps its state.
        case dropClient
    }

    /// Reads the section.
    ///
    /// - Parameter perRound: `clients.per_round`.
    init(_ settings: Settings, perRound: Int) {
        rounds = settings.integer(
            "rounds", default: 50, in: .between(1, 1_000_000), "number of rounds T")
        (modeKind, mode) = settings.namedComponent(
            "mode", from: roundModes(perRound: perRound), default: "sync",
            "which updates a round waits for in simulated time")
        let steps = settings.optionalInteger(
            "local_steps", in: .between(1, 1_000_000),
            "local steps K of a round, in the place of local_epochs")
        if let steps {
            length = .steps(steps)
            if settings.isGiven("local_epochs") {
                // The key is read so that it is known, and then refused.
                _ = settings.integer("local_epochs", default: 1, in: .positive, "local epochs")
                settings.reject(
                    "local_epochs", expected: "local_epochs or local_steps", found: "both",
                    advice: "remove one")
            }
        } else {
            length = .epochs(
                settings.integer(
                    "local_epochs", default: 1, in: .between(1, 100_000),
                    "local epochs E of a round: passes over a client's samples"))
        }
        batchSize = settings.integer(
            "batch_size", default: 32, in: .between(1, 1_000_000), "samples B of a local step")
        validationBatchSize = settings.optionalInteger(
            "validation_batch_size", in: .between(1, 1_000_000),
            "samples of a validation batch, for client schedulers that validate; by default"
                + " batch_size")
        (correctionKind, correction) = settings.namedComponent(
            "correction", from: driftCorrections, default: "none",
            "correction of the drift of clients towards their own data")
        onDivergence = settings.choice(
            "on_divergence", of: ["stop": .stop, "drop_client": .dropClient], default: "stop",
            "action after a client diverges: stop the run, or drop the client from the round; a"
                + " global model that diverges always stops the run")
    }
}
