import Bytes
public import Federation

extension Message {
    /// A part of an evaluation of the global model.
    ///
    ///     offset  size  field
    ///     8       8     run id
    ///     16      4     round after which the model is evaluated
    ///     20      4     number of the task
    ///     24      4     attempt
    ///     28      9     the model (`ModelSource`); its version is round + 1, or has the last bit
    ///                   set
    ///     37      1     subject: 0 a chunk of the test part, 1 a client
    ///     38      4     chunk or client
    public struct Evaluate: MessagePayload {
        /// The run that the message belongs to.
        public var run: UInt64
        /// The part of the evaluation.
        public var task: EvaluationTask
        /// The model to evaluate.
        public var model: ModelSource

        /// A part of an evaluation from its fields.
        public init(run: UInt64, task: EvaluationTask, model: ModelSource) {
            (self.run, self.task, self.model) = (run, task, model)
        }

        func write(to writer: inout ByteWriter) {
            writer.write(run)
            for number in [task.round, task.number, task.attempt] { writer.write(number) }
            model.write(to: &writer)
            switch task.subject {
            case .test(let chunk):
                writer.write(UInt8(0))
                writer.write(chunk)
            case .client(let client):
                writer.write(UInt8(1))
                writer.write(client)
            }
        }

        init(from reader: inout ByteReader) throws(BytesError) {
            run = try reader.integer()
            let (round, number): (UInt32, UInt32) = (try reader.integer(), try reader.integer())
            let attempt: UInt32 = try reader.integer()
            model = try ModelSource(from: &reader)
            let kind: UInt8 = try reader.integer()
            let index: UInt32 = try reader.integer()
            guard kind <= 1 else {
                throw .invalid("expected 0 or 1 for the subject of an evaluation, found \(kind)")
            }
            task = EvaluationTask(
                round: round, number: number, attempt: attempt,
                subject: kind == 0 ? .test(chunk: index) : .client(index))
        }
    }
}
