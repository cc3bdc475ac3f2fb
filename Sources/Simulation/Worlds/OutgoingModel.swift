import LinearAlgebra
import Messaging

/// The message that carries a round's global model: its floats are in shared memory where there is
/// some, else in the body.
struct OutgoingModel {
    /// How many rounds made the model.
    let version: UInt32
    /// The encoded header of the message.
    let header: [UInt8]
    /// The body; nil where the floats are in shared memory.
    let body: SharedFrame?

    /// Has the floats written and the message made.
    init(
        run: UInt64, version: UInt32, parts: ModelParts, parameterCount: Int,
        in block: SharedBlock?, _ fill: (inout MutableSpan<Float>) -> Void
    ) {
        self.version = version
        var message = Message.Model(
            run: run, version: version, parts: parts, parameterCount: UInt64(parameterCount),
            sharedSlot: -1, checksum: 0)
        if let block {
            message.sharedSlot = Int32(version % 2)
            block.withMutableModel(Int(version % 2), vectors: parts.vectorCount, fill)
            body = nil
        } else {
            let frame = SharedFrame(count: parameterCount * parts.vectorCount, fill: fill)
            message.checksum = frame.checksum
            body = frame
        }
        header = MessageCodec.encode(.model(message))
    }
}
