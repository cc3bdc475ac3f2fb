/// The samples that a client process evaluates the global model on in one task.
public enum EvaluationSubject: Equatable, Sendable {
    /// A chunk of the data set's test part: `Evaluator.chunkSamples` samples, fewer in the last.
    case test(chunk: UInt32)
    /// The training, validation and test part of a client.
    case client(UInt32)
}

/// A part of the evaluation after one round. Together with the global model it determines the sums
/// completely.
public struct EvaluationTask: Equatable, Sendable {
    /// The round after which the model is evaluated, from 0.
    public var round: UInt32
    /// Its number in the round's `EvaluationPlan`.
    public var number: UInt32
    /// 1 when issued for the first time, one more each time it is issued again.
    public var attempt: UInt32
    /// The samples to evaluate on: one chunk of the test samples, or all samples of one client.
    public var subject: EvaluationSubject

    /// Creates a task.
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
    /// One of a chunk; of a client three: training, validation, test. None where the process did
    /// not have the subject.
    public var sums: [LossSums]

    /// Creates a report.
    public init(round: UInt32, number: UInt32, attempt: UInt32, sums: [LossSums]) {
        (self.round, self.number, self.attempt, self.sums) = (round, number, attempt, sums)
    }

    /// The task that it answers.
    public var task: Assignment {
        Assignment(.evaluation, round: round, client: number, attempt: attempt)
    }
}

/// The evaluation tasks of one round: chunks of the test samples, then clients.
public struct EvaluationPlan: Equatable, Sendable {
    /// How many chunks of the test part.
    public let chunks: Int
    /// Clients whose own parts are evaluated, ascending.
    public let clients: [UInt32]

    /// Creates a plan.
    public init(chunks: Int, clients: [UInt32]) {
        (self.chunks, self.clients) = (chunks, clients)
    }

    /// How many tasks it has; they are numbered from 0.
    public var count: Int { chunks + clients.count }

    /// The samples that the task of a number is about.
    public func subject(_ number: UInt32) -> EvaluationSubject {
        Int(number) < chunks ? .test(chunk: number) : .client(clients[Int(number) - chunks])
    }
}

/// How well the global model does on one client's own data after a round: a row of
/// client_evaluations.csv.
public struct ClientEvaluation: Equatable, Sendable {
    /// One part of a client's samples.
    public struct Part: Equatable, Sendable {
        /// How many samples it has.
        public var samples: Int
        /// How well the model does on them; nil where there are none.
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

    /// A row from its parts.
    public init(round: UInt32, client: UInt32, training: Part, validation: Part, test: Part) {
        (self.round, self.client, self.training) = (round, client, training)
        (self.validation, self.test) = (validation, test)
    }
}
