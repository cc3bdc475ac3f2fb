import Federation

/// The floats that a message announces, in a body or in shared memory.
struct AnnouncedFloats {
    let vectorCount: UInt64
    let parameterCount: UInt64
    let isShared: Bool
    let checksum: UInt64

    /// Returns how many bytes the floats have. Throws if that number is too large for this machine.
    func bytes(of kind: MessageKind) throws(MessageError) -> UInt64 {
        let (count, countOverflows) = parameterCount.multipliedReportingOverflow(by: vectorCount)
        let (bytes, bytesOverflow) = count.multipliedReportingOverflow(by: 4)
        guard !countOverflows, !bytesOverflow, bytes <= UInt64(Int.max) else {
            throw .oversized(kind, parameterCount: parameterCount)
        }
        return bytes
    }

    /// Throws unless `floats` are as many as announced and have the checksum. One pass over them.
    func check(_ floats: Span<Float>, of kind: MessageKind) throws(MessageError) {
        let declared = try bytes(of: kind)
        guard UInt64(floats.count) &* 4 == declared else {
            throw .bodySize(kind, declared: declared, found: UInt64(floats.count) &* 4)
        }
        if isShared && checksum == 0 { return }
        let found = frameChecksum(floats)
        guard found == checksum else {
            throw .checksum(kind, declared: checksum, found: found)
        }
    }
}

extension Message {
    /// The vectors of a model, the update, or the sum.
    private var announcedFloats: AnnouncedFloats? {
        switch self {
        case .model(let model):
            AnnouncedFloats(
                vectorCount: UInt64(model.parts.vectorCount), parameterCount: model.parameterCount,
                isShared: false, checksum: model.checksum)
        case .update(let update) where !update.inSum:
            AnnouncedFloats(
                vectorCount: 1, parameterCount: update.parameterCount,
                isShared: update.sharedSlot >= 0, checksum: update.checksum)
        case .sum(let sum):
            AnnouncedFloats(
                vectorCount: 1, parameterCount: sum.wordCount,
                isShared: sum.sharedSlot >= 0, checksum: sum.checksum)
        case .hello, .welcome, .refuse, .task, .update, .failed, .ping, .pong, .stop, .leave,
            .evaluate, .evaluated, .ready, .collect:
            nil
        }
    }

    /// The vectors that a client carries; nil where it carries none.
    private var announcedCarried: AnnouncedFloats? {
        switch self {
        case .task(let task) where task.task.carriedVectors > 0:
            AnnouncedFloats(
                vectorCount: UInt64(task.task.carriedVectors),
                parameterCount: task.parameterCount, isShared: task.carriedSlot >= 0,
                checksum: task.carriedChecksum)
        case .update(let update) where update.report.carriedVectors > 0:
            AnnouncedFloats(
                vectorCount: UInt64(update.report.carriedVectors),
                parameterCount: update.parameterCount, isShared: update.carriedSlot >= 0,
                checksum: update.carriedChecksum)
        default: nil
        }
    }

    /// Returns how many bytes each body of this message has, in order. Throws when one does not fit
    /// into memory, also where it is shared.
    func declaredBodies() throws(MessageError) -> [UInt64] {
        var bodies: [UInt64] = []
        for floats in [announcedFloats, announcedCarried] {
            guard let floats else { continue }
            let bytes = try floats.bytes(of: kind)
            if !floats.isShared, bytes > 0 { bodies.append(bytes) }
        }
        return bodies
    }

    /// Throws unless `floats`, from the body or from the shared slot, are as many as this model,
    /// update or sum announces and have its checksum. With a shared slot, 0 means that no checksum
    /// was given. One pass over the floats.
    public func checkFloats(_ floats: Span<Float>) throws(MessageError) {
        try announcedFloats?.check(floats, of: kind)
    }

    /// Checks the vectors that a client carries, as `checkFloats` checks the others.
    public func checkCarried(_ floats: Span<Float>) throws(MessageError) {
        try announcedCarried?.check(floats, of: kind)
    }
}
