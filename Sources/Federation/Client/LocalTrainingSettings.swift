public import Datasets
public import LearningRates

/// The settings of local training. They are the same for all clients of a run.
public struct LocalTrainingSettings: Sendable {
    /// The seed of the run.
    public var seed: UInt64
    /// The number of local epochs or local steps in a round.
    public var length: BatchOrder.Length
    /// The number of samples in a local step.
    public var batchSize: Int
    /// The optimizer, which turns gradients into directions.
    public var optimizer: any Optimizer
    /// The client scheduler, which adapts the local rate. It is already started with β_0.
    public var scheduler: any ClientScheduler
    /// The weight a of the term a/2 ‖w − w_t‖², where w_t is the global model that the client
    /// started from. Its derivative a (w − w_t) is added to each gradient. FedAvg has a = 0.
    public var proximal: Double
    /// The drift correction, already started, if clients keep a vector for it. Its offset is added
    /// to each gradient. It is nil if clients keep no such vector.
    public var correction: (any DriftCorrection)?
    /// The number of samples in a validation batch, for schedulers that validate.
    public var validationBatchSize: Int
    /// The compression of updates; nil if they are sent as they are.
    public var compression: (any Compression)?
    /// The compression of the model that clients receive; nil if it is sent as it is.
    public var modelCompression: (any Compression)?
    /// The largest number of rates in the report of a round. It is even; 0 means no traces.
    public var ratePoints: Int

    /// Creates the settings.
    ///
    /// - Parameter validationBatchSize: nil means the size of a training batch.
    public init(
        seed: UInt64, length: BatchOrder.Length, batchSize: Int, optimizer: any Optimizer,
        scheduler: any ClientScheduler, proximal: Double = 0,
        correction: (any DriftCorrection)? = nil, validationBatchSize: Int? = nil,
        compression: (any Compression)? = nil, modelCompression: (any Compression)? = nil,
        ratePoints: Int = 0
    ) {
        (self.seed, self.length, self.batchSize) = (seed, length, batchSize)
        (self.optimizer, self.scheduler, self.proximal) = (optimizer, scheduler, proximal)
        self.correction = correction.flatMap { $0.keepsVectors ? $0 : nil }
        self.validationBatchSize = validationBatchSize ?? batchSize
        (self.compression, self.modelCompression) = (compression, modelCompression)
        self.ratePoints = ratePoints
    }

    /// The largest number of vectors, shape (parameters), that a client carries over. The vector of
    /// the drift correction is the first one, then the error of the compression follows, then those
    /// of the scheduler.
    public var carriedVectors: Int {
        vectorsBeforeScheduler
            + scheduler.mayCarry.count(scope: scheduler.needs.scope, buffers: optimizer.buffers)
    }

    /// Whether a client carries the error of its compression over.
    var keepsError: Bool { compression?.keepsError ?? false }

    /// The position of the compression's error in what a client carries over.
    var errorPosition: Int { correction == nil ? 0 : 1 }

    /// The number of carried vectors before those of the scheduler.
    var vectorsBeforeScheduler: Int { errorPosition + (keepsError ? 1 : 0) }

    /// The largest number of vectors that the server sends to a process in a round: the weights,
    /// then those for the scheduler and the drift correction.
    public var modelVectors: Int {
        1 + (scheduler.needs.previousAggregate ? 1 : 0) + (correction?.vectorsDown ?? 0)
    }
}
