import Bytes
import Federation
public import Statistics

/// How evenly a global model serves the clients whose own samples it was evaluated on.
public struct ClientFairness: Equatable, Sendable {
    /// The samples of each client that were used.
    public enum Samples: String, CaseIterable, Sendable {
        /// The samples that clients hold out for tests.
        case test
        /// The samples that they hold out for validation.
        case validation
        /// The samples that they train on.
        case train
    }

    /// The samples that the numbers come from.
    public let samples: Samples
    /// The numbers, of the metric of the clients.
    public let values: Fairness

    /// Makes the numbers from their parts.
    public init(samples: Samples, values: Fairness) {
        (self.samples, self.values) = (samples, values)
    }

    /// Describes the evaluations of clients after a round. Test samples are used if any client
    /// holds some out, else validation samples, else training samples.
    ///
    /// - Returns: nil if no client has an evaluation.
    init?(_ clients: [ClientEvaluation], _ metric: Metric) {
        for samples in Samples.allCases {
            let parts = clients.map { client in
                switch samples {
                case .test: client.test
                case .validation: client.validation
                case .train: client.training
                }
            }
            let numbers = parts.map { part in part.metrics.flatMap { metric.value(of: $0) } }
            if let values = Fairness(numbers, largerIsBetter: metric == .accuracy) {
                self.init(samples: samples, values: values)
                return
            }
        }
        return nil
    }
}

extension ClientFairness {
    /// Appends the numbers to a checkpoint.
    func save(to writer: inout ByteWriter) {
        writer.write(UInt64(Samples.allCases.firstIndex(of: samples) ?? 0))
        writer.write(UInt64(values.clients))
        writer.write(UInt64(values.leftOut))
        for number in [values.worstTenth, values.median, values.bestTenth, values.deviation] {
            writer.write(number)
        }
        writer.write(values.jainIndex)
    }

    /// Reads the numbers that `save` appended.
    init(from reader: inout ByteReader) throws(BytesError) {
        let number = try RunSummary.count(from: &reader)
        guard Samples.allCases.indices.contains(number) else {
            throw .invalid("expected a kind of samples below 3, found \(number)")
        }
        samples = Samples.allCases[number]
        values = Fairness(
            clients: try RunSummary.count(from: &reader),
            leftOut: try RunSummary.count(from: &reader), worstTenth: try reader.double(),
            median: try reader.double(), bestTenth: try reader.double(),
            deviation: try reader.double(), jainIndex: try reader.optionalDouble())
    }
}
