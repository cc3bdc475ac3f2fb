/// The floats that a message announces, in its body or in shared memory.
struct AnnouncedFloats {
    let vectorCount: UInt64
    let parameterCount: UInt64
    let isShared: Bool
    let checksum: UInt64
}

extension Message {
    private var announcedFloats: AnnouncedFloats? {
        switch self {
        case .model(let model):
            AnnouncedFloats(
                vectorCount: UInt64(model.vectorCount), parameterCount: model.parameterCount,
                isShared: model.sharedSlot >= 0, checksum: model.checksum)
        case .update(let update):
            AnnouncedFloats(
                vectorCount: 1, parameterCount: update.parameterCount,
                isShared: update.sharedSlot >= 0, checksum: update.checksum)
        case .hello, .welcome, .refuse, .task, .failed, .ping, .pong, .stop, .leave, .evaluate,
            .evaluated, .ready:
            nil
        }
    }

    /// How many bytes the body of this message has. Throws when that does not fit into memory.
    func declaredBodyBytes() throws(MessageError) -> UInt64 {
        guard let floats = announcedFloats else { return 0 }
        let (count, countOverflows) = floats.parameterCount.multipliedReportingOverflow(
            by: floats.vectorCount)
        let (bytes, bytesOverflow) = count.multipliedReportingOverflow(by: 4)
        guard !countOverflows, !bytesOverflow, bytes <= UInt64(Int.max) else {
            throw .oversized(kind, parameterCount: floats.parameterCount)
        }
        return floats.isShared ? 0 : bytes
    }

    /// Throws unless `floats`, from the body or from the shared slot, are as many as this model or
    /// update announces and have its checksum. With a shared slot, 0 means that no checksum was
    /// given. One pass over the floats.
    public func checkFloats(_ floats: Span<Float>) throws(MessageError) {
        guard let announced = announcedFloats else { return }
        // The product cannot overflow: decoding refuses counts for which it would.
        let declared = announced.parameterCount &* announced.vectorCount &* 4
        guard UInt64(floats.count) &* 4 == declared else {
            throw .bodySize(kind, declared: declared, found: UInt64(floats.count) &* 4)
        }
        if announced.isShared && announced.checksum == 0 { return }
        let found = frameChecksum(floats)
        guard found == announced.checksum else {
            throw .checksum(kind, declared: announced.checksum, found: found)
        }
    }
}
