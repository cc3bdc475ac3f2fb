import Bytes
public import Federation

extension Message {
    /// A task that has no result: its training diverged, or the process could not do it.
    ///
    ///     offset  size  field
    ///     8       8     run id
    ///     16      1     what failed: 1 training diverged, 2 a client's task, 3 an evaluation,
    ///                   4 a sum
    ///     17      4     round
    ///     21      4     client; of an evaluation, the number of its part; of a sum 0
    ///     25      4     attempt
    ///     29      4     local step, where training diverged
    ///     …       8     local rate, float64, where training diverged
    ///     …       4+n   reason, UTF-8 with its length in bytes in front
    public struct Failed: MessagePayload {
        /// The run it belongs to.
        public var run: UInt64
        /// Which task failed, where and why.
        public var failure: TaskFailure

        /// A failure from its fields.
        public init(run: UInt64, failure: TaskFailure) {
            (self.run, self.failure) = (run, failure)
        }

        func write(to writer: inout ByteWriter) {
            writer.write(run)
            switch failure {
            case .diverged(let failure):
                writer.write(UInt8(1))
                write(failure.task, to: &writer)
                writer.write(failure.step)
                writer.write(failure.localRate)
                writer.write(failure.reason)
            case .broken(let fault):
                writer.write(Self.kind(of: fault.task.work))
                write(fault.task, to: &writer)
                writer.write(fault.reason)
            }
        }

        private static func kind(of work: Work) -> UInt8 {
            switch work {
            case .training: 2
            case .evaluation: 3
            case .sum: 4
            }
        }

        private func write(_ task: Assignment, to writer: inout ByteWriter) {
            for number in [task.round, task.client, task.attempt] { writer.write(number) }
        }

        init(from reader: inout ByteReader) throws(BytesError) {
            run = try reader.integer()
            let kind: UInt8 = try reader.integer()
            guard (1...4).contains(kind) else {
                throw .invalid("expected a failure of kind 1 to 4, found \(kind)")
            }
            let work: Work = kind == 4 ? .sum : kind == 3 ? .evaluation : .training
            let task = Assignment(
                work, round: try reader.integer(),
                client: try reader.integer(), attempt: try reader.integer())
            guard kind == 1 else {
                failure = .broken(TaskFault(task, try reader.text()))
                return
            }
            failure = .diverged(
                ClientFailure(
                    round: task.round, client: task.client, attempt: task.attempt,
                    step: try reader.integer(), localRate: try reader.double(),
                    reason: try reader.text()))
        }
    }
}
