import Bytes

/// Every message between the coordinator and a client process.
///
/// A message is one header (see `MessageCodec`) and bodies of float32, unless their floats are in
/// shared memory. A body has the vectors of a model, an update, the vectors that a client carries
/// over, or a sum of updates. The comment of each payload documents its bytes. A message of one
/// field has that field at offset 8.
public enum Message: Equatable, Sendable {
    /// Up: a client process introduces itself.
    case hello(Hello)
    /// Down: the answer to a hello that fits.
    case welcome(Welcome)
    /// Down: the answer to a hello that does not fit.
    case refuse(Refuse)
    /// Down: a global model.
    case model(Model)
    /// Down: work for one client.
    case task(Task)
    /// Up: the result of a task.
    case update(Update)
    /// Up: a task without a result.
    case failed(Failed)
    /// Either way: asks whether the other side is there and works. The pong repeats the number, 8
    /// bytes.
    case ping(number: UInt64)
    /// Either way: answers a ping.
    case pong(Pong)
    /// Down: the run is over for this client process, which ends. The reason is a phrase for the
    /// log: UTF-8 with its length in bytes in front, 4+n bytes.
    case stop(reason: String)
    /// Up: the client process ends by itself. The reason is a sentence for the coordinator's user,
    /// 4+n bytes as above.
    case leave(reason: String)
    /// Down: a part of an evaluation of the global model.
    case evaluate(Evaluate)
    /// Up: what came out of it.
    case evaluated(Evaluated)
    /// Up: a client process that was welcomed has read the data and built the model. It takes tasks
    /// of this run from now on, and gets none before. The run id has 8 bytes.
    case ready(run: UInt64)
    /// Down: asks for the sum of the updates of a round.
    case collect(Collect)
    /// Up: the sum that the coordinator asked for.
    case sum(Sum)

    /// The kind of this message.
    public var kind: MessageKind {
        switch self {
        case .hello: .hello
        case .welcome: .welcome
        case .refuse: .refuse
        case .model: .model
        case .task: .task
        case .update: .update
        case .failed: .failed
        case .ping: .ping
        case .pong: .pong
        case .stop: .stop
        case .leave: .leave
        case .evaluate: .evaluate
        case .evaluated: .evaluated
        case .ready: .ready
        case .collect: .collect
        case .sum: .sum
        }
    }

    /// Writes the fields. A switch costs less than a payload of any type, which would be copied.
    func write(to writer: inout ByteWriter) {
        switch self {
        case .hello(let payload): payload.write(to: &writer)
        case .welcome(let payload): payload.write(to: &writer)
        case .refuse(let payload): payload.write(to: &writer)
        case .model(let payload): payload.write(to: &writer)
        case .task(let payload): payload.write(to: &writer)
        case .update(let payload): payload.write(to: &writer)
        case .failed(let payload): payload.write(to: &writer)
        case .ping(let number): writer.write(number)
        case .pong(let payload): payload.write(to: &writer)
        case .stop(let reason), .leave(let reason): writer.write(reason)
        case .evaluate(let payload): payload.write(to: &writer)
        case .evaluated(let payload): payload.write(to: &writer)
        case .ready(let run): writer.write(run)
        case .collect(let payload): payload.write(to: &writer)
        case .sum(let payload): payload.write(to: &writer)
        }
    }
}

/// The number of a message on the wire. Numbers are never used again for something else.
public enum MessageKind: UInt8, CaseIterable, Sendable {
    case hello = 1
    case welcome = 2
    case refuse = 3
    case model = 4
    case task = 5
    case update = 6
    case failed = 7
    case ping = 8
    case pong = 9
    case stop = 10
    case leave = 11
    case evaluate = 12
    case evaluated = 13
    case ready = 14
    case collect = 15
    case sum = 16
}
