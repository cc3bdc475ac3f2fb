/// The samples that a client process evaluates the global model on in one task.
public enum EvaluationSubject: Equatable, Sendable {
    /// One chunk of the test split: `Evaluator.chunkSamples` samples, or fewer in the last chunk.
    case test(chunk: UInt32)
    /// The training, validation and test samples of a client.
    case client(UInt32)
}

/// A part of the evaluation after one round. The sums follow from it and the global model alone.
public struct EvaluationTask: Equatable, Sendable {
    /// The round after which the model is evaluated, from 0.
    public var round: UInt32
    /// The number of the task in the `EvaluationPlan` of the round.
    public var number: UInt32
    /// The number of the attempt, from 1.
    public var attempt: UInt32
    /// The samples to evaluate on: one chunk of the test samples, or all samples of one client.
    public var subject: EvaluationSubject

    /// Creates a task from its values.
    public init(round: UInt32, number: UInt32, attempt: UInt32, subject: EvaluationSubject) {
        (self.round, self.number, self.attempt, self.subject) = (round, number, attempt, subject)
    }
}

/// The answer to an evaluation task.
public struct EvaluationReport: Equatable, Sendable {
    /// The round of the task.
    public var round: UInt32
    /// The number of the task.
    public var number: UInt32
    /// The attempt of the task.
    public var attempt: UInt32
    /// The sums: one for a chunk; three for a client, of its training, validation and test samples.
    /// It is empty if the process did not have the subject.
    public var sums: [LossSums]
    /// The hits of each class in a chunk. It is empty for a client, and if the scenario does not
    /// count classes.
    public var classHits: [UInt32]

    /// Creates a report from its values.
    public init(
        round: UInt32, number: UInt32, attempt: UInt32, sums: [LossSums], classHits: [UInt32] = []
    ) {
        (self.round, self.number, self.attempt, self.sums) = (round, number, attempt, sums)
        self.classHits = classHits
    }

    /// The task that it answers.
    public var task: Assignment {
        Assignment(.evaluation, round: round, client: number, attempt: attempt)
    }
}

/// The evaluation tasks of one round: chunks of the test samples, then clients.
public struct EvaluationPlan: Equatable, Sendable {
    /// The number of chunks of the test split.
    public let chunks: Int
    /// The clients whose own samples are evaluated, in ascending order.
    public let clients: [UInt32]

    /// Creates a plan from its parts.
    public init(chunks: Int, clients: [UInt32]) {
        (self.chunks, self.clients) = (chunks, clients)
    }

    /// The number of tasks. Tasks are numbered from 0.
    public var count: Int { chunks + clients.count }

    /// Returns the samples that the task with a number evaluates.
    public func subject(_ number: UInt32) -> EvaluationSubject {
        Int(number) < chunks ? .test(chunk: number) : .client(clients[Int(number) - chunks])
    }
}

/// The quality of the global model on one client's own samples after a round. It is a row of
/// client_evaluations.csv.
public struct ClientEvaluation: Equatable, Sendable {
    /// One part of a client's samples.
    public struct Part: Equatable, Sendable {
        /// The number of samples.
        public var samples: Int
        /// The metrics on the samples; nil if there are none.
        public var metrics: Metrics?

        /// Creates the figures of one part.
        public init(samples: Int, metrics: Metrics?) {
            (self.samples, self.metrics) = (samples, metrics)
        }
    }

    /// The round, from 0.
    public var round: UInt32
    /// The client, from 0.
    public var client: UInt32
    /// The figures of its training samples.
    public var training: Part
    /// The figures of its validation samples.
    public var validation: Part
    /// The figures of its own test samples.
    public var test: Part

    /// Creates a row from its parts.
    public init(round: UInt32, client: UInt32, training: Part, validation: Part, test: Part) {
        (self.round, self.client, self.training) = (round, client, training)
        (self.validation, self.test) = (validation, test)
    }
}
