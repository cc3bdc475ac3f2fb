/// A hyperparameter of a run, as TensorBoard's table of hyperparameters shows it.
public struct Hyperparameter: Equatable, Sendable {
    /// The value of a hyperparameter.
    public enum Value: Equatable, Sendable {
        /// A number, which the table sorts and filters by its size.
        case number(Double)
        /// A yes or no.
        case flag(Bool)
        /// A text, such as the name of a method.
        case text(String)
    }

    /// The name, such as the path of a key.
    public let name: String
    /// The value in this run.
    public let value: Value

    /// Makes a hyperparameter from its name and value.
    public init(_ name: String, _ value: Value) { (self.name, self.value) = (name, value) }
}

/// A value of a round with the tag under which TensorBoard shows it.
public enum TaggedValue: Equatable, Sendable {
    /// A number. Event files have single precision.
    case scalar(tag: String, Double)
    /// A distribution of values.
    case histogram(tag: String, ValueHistogram)
}

/// The records of an event file, each with its frame, as TensorBoard reads them.
///
/// A file is `version`, then `start` if it has hyperparameters, then `values` of each round, then
/// `end`. Wall times are seconds since 1970; nothing else depends on the time of the writing.
/// Source: `event.proto`, `summary.proto` and the hparams plugin's `plugin_data.proto`.
public enum EventRecord {
    /// Returns the first record of a file, which says that the file has events.
    public static func version(wallTime: Double) -> [UInt8] {
        record(wallTime: wallTime) { $0.write(3, text: "brain.Event:2") }
    }

    /// Returns the record with the hyperparameters of a run.
    ///
    /// - Parameter parameters: the hyperparameters, each with another name.
    public static func start(_ parameters: [Hyperparameter], wallTime: Double) -> [UInt8] {
        session("_hparams_/session_start_info", wallTime: wallTime) { plugin in
            plugin.write(3) { info in
                for parameter in parameters {
                    info.write(1) { entry in
                        entry.write(1, oneofText: parameter.name)
                        entry.write(2) { $0.write(parameter.value) }
                    }
                }
                info.write(5, double: wallTime)
            }
        }
    }

    /// Returns the record with values of one round.
    ///
    /// - Parameter step: the round, from 0.
    public static func values(_ values: [TaggedValue], step: Int64, wallTime: Double) -> [UInt8] {
        record(wallTime: wallTime, step: step) { event in
            event.write(5) { summary in
                for value in values { summary.write(1) { $0.write(value) } }
            }
        }
    }

    /// Returns the record that says how a run ended.
    public static func end(isSuccess: Bool, wallTime: Double) -> [UInt8] {
        session("_hparams_/session_end_info", wallTime: wallTime) { plugin in
            plugin.write(4) { info in
                info.write(1, integer: isSuccess ? 1 : 2)
                info.write(2, double: wallTime)
            }
        }
    }

    /// Returns a record for the hparams plugin: an empty value with the plugin's data.
    private static func session(
        _ tag: String, wallTime: Double, _ body: (inout ProtobufWriter) -> Void
    ) -> [UInt8] {
        record(wallTime: wallTime) { event in
            event.write(5) { summary in
                summary.write(1) { value in
                    value.write(1, text: tag)
                    value.write(9) { metadata in
                        metadata.write(1) { plugin in
                            plugin.write(1, text: "hparams")
                            plugin.write(2, body)
                        }
                    }
                }
            }
        }
    }

    private static func record(
        wallTime: Double, step: Int64 = 0, _ body: (inout ProtobufWriter) -> Void
    ) -> [UInt8] {
        var event = ProtobufWriter(capacity: 1024)
        event.write(1, double: wallTime)
        event.write(2, integer: step)
        body(&event)
        return RecordFrame.record(of: event.bytes)
    }
}

extension ProtobufWriter {
    /// Appends the fields of a `google.protobuf.Value`.
    fileprivate mutating func write(_ value: Hyperparameter.Value) {
        switch value {
        case .number(let number): write(2, oneofDouble: number)
        case .text(let text): write(3, oneofText: text)
        case .flag(let flag): write(4, oneofFlag: flag)
        }
    }

    /// Appends the fields of a `Summary.Value`.
    fileprivate mutating func write(_ value: TaggedValue) {
        switch value {
        case .scalar(let tag, let number):
            write(1, text: tag)
            write(2, oneofFloat: Float(number))
        case .histogram(let tag, let histogram):
            write(1, text: tag)
            write(5) { body in
                body.write(1, double: histogram.smallest)
                body.write(2, double: histogram.largest)
                body.write(3, double: Double(histogram.count))
                body.write(4, double: histogram.sum)
                body.write(5, double: histogram.squareSum)
                body.write(6, doubles: histogram.limits)
                body.write(7, doubles: histogram.counts)
            }
        }
    }
}
