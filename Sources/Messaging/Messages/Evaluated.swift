import Bytes
public import Federation

extension Message {
    /// What came out of a part of an evaluation.
    ///
    ///     offset  size  field
    ///     8       8     run id
    ///     16      4     round after which the model was evaluated
    ///     20      4     number of the task
    ///     24      4     attempt
    ///     28      1     how many sums follow: 1 of a chunk, 3 of a client, 0 when not done
    ///     29      20n   sums: samples u32, sum of losses float64, hits u64
    ///     29+20n  4     how many classes follow: 0 if classes are not counted
    ///     33+20n  4c    hits of each class
    public struct Evaluated: MessagePayload {
        /// The run that the message belongs to.
        public var run: UInt64
        /// The sums, and the part of the evaluation that they belong to.
        public var report: EvaluationReport

        /// Makes the result of a part from its fields.
        public init(run: UInt64, report: EvaluationReport) {
            (self.run, self.report) = (run, report)
        }

        func write(to writer: inout ByteWriter) {
            writer.write(run)
            for number in [report.round, report.number, report.attempt] { writer.write(number) }
            writer.write(UInt8(report.sums.count))
            for sums in report.sums {
                writer.write(sums.samples)
                writer.write(sums.loss)
                writer.write(sums.hits)
            }
            writer.write(UInt32(report.classHits.count))
            for hits in report.classHits { writer.write(hits) }
        }

        init(from reader: inout ByteReader) throws(BytesError) {
            run = try reader.integer()
            report = EvaluationReport(
                round: try reader.integer(), number: try reader.integer(),
                attempt: try reader.integer(), sums: [])
            let count: UInt8 = try reader.integer()
            guard [0, 1, 3].contains(count) else {
                throw .invalid("expected 0, 1 or 3 sums of an evaluation, found \(count)")
            }
            for _ in 0..<count {
                report.sums.append(
                    LossSums(
                        samples: try reader.integer(), loss: try reader.double(),
                        hits: try reader.integer()))
            }
            let classes: UInt32 = try reader.integer()
            // The bytes are counted before memory is taken for them.
            guard Int(classes) * 4 <= reader.left else {
                throw .invalid(
                    "expected at most \(reader.left / 4) classes in \(reader.left) bytes, found"
                        + " \(classes)")
            }
            for _ in 0..<classes { report.classHits.append(try reader.integer()) }
        }
    }
}
