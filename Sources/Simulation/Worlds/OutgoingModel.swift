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
        message = (Self.header(run, version, parts, parameterCount, body), body)
    }

    /// Makes the message of a version, whose floats are not copied.
    init(run: UInt64, _ version: ModelVersion, parameterCount: Int) {
        source = ModelSource(version: version.version)
        let (number, vectors) = (version.version, version.vectors)
        message = (Self.header(run, number, version.parts, parameterCount, vectors), vectors)
    }

    private static func header(
        _ run: UInt64, _ version: UInt32, _ parts: ModelParts, _ parameterCount: Int,
        _ body: SharedFrame
    ) -> [UInt8] {
        MessageCodec.encode(
            .model(
                Message.Model(
                    run: run, version: version, parts: parts,
                    parameterCount: UInt64(parameterCount), checksum: body.checksum)))
    }
}
