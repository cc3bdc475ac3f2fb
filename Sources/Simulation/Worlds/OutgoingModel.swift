import LinearAlgebra
import Messaging

/// A global model that is sent to client processes: in shared memory if there is some, else in a
/// message.
struct OutgoingModel {
    /// Where the model is, as tasks report it.
    let source: ModelSource
    /// The message with its encoded header. It is nil if the floats are in shared memory.
    let message: (header: [UInt8], body: SharedFrame)?

    /// Writes the floats, and makes the message if one is needed.
    init(
        run: UInt64, version: UInt32, parts: ModelParts, parameterCount: Int,
        in block: SharedBlock?, _ fill: (inout MutableSpan<Float>) -> Void
    ) {
        if let block {
            let slot = Int(version % 2)
            source = ModelSource(version: version, slot: Int32(slot), parts: parts)
            block.withMutableModel(slot, vectors: parts.vectorCount, fill)
            message = nil
            return
        }
        source = ModelSource(version: version)
        let body = SharedFrame(count: parameterCount * parts.vectorCount, fill: fill)
        let model = Message.Model(
            run: run, version: version, parts: parts, parameterCount: UInt64(parameterCount),
            checksum: body.checksum)
        message = (MessageCodec.encode(.model(model)), body)
    }
}
