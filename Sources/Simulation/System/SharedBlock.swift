import Glibc

/// Memory that the coordinator and its client processes on one machine share: two slots for the
/// global model, written by the coordinator in turn, and slots for updates, each written by the one
/// process whose task names it.
///
/// A file in the run's private folder, mapped by all. Who may touch which slot when is settled by
/// the messages that carry the slots' numbers: the coordinator writes model slot v mod 2 before it
/// sends the notice of version v; a client writes its update slot before it sends the report; a slot
/// is given to another task only when the report was added or its process is dead.
package final class SharedBlock {
    /// Floats of one vector.
    package let parameterCount: Int
    package let updateSlots: Int
    package let path: String
    private let base: UnsafeMutableRawPointer
    private let byteCount: Int
    private let ownsFile: Bool

    private static let magic: UInt64 = 0x314B_434F_4C42_4648  // "HFBLOCK1"
    private static let page = 4096
    private static let modelSlots = 2
    /// Weights and movement.
    private static let vectorsPerModel = 2

    /// Creates the file with all its memory, and maps it.
    ///
    /// - Throws: `SharedMemory.Shortage` where the memory is not there. Had it been left to the first
    ///   touch of a page to find out, that would be the end of the process.
    package init(creating path: String, parameterCount: Int, updateSlots: Int) throws {
        let size = Self.size(parameterCount, updateSlots)
        let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw SystemError.last("could not create", path) }
        defer { close(descriptor) }
        do {
            try Self.allocate(size, in: descriptor, path)
            base = try Self.map(descriptor, size, path)
        } catch {
            unlink(path)
            throw error
        }
        byteCount = size
        self.path = path
        self.parameterCount = parameterCount
        self.updateSlots = updateSlots
        ownsFile = true
        let header = base.assumingMemoryBound(to: UInt64.self)
        header[1] = UInt64(parameterCount)
        header[2] = UInt64(updateSlots)
        header[0] = Self.magic
    }

    private static func allocate(_ size: Int, in descriptor: Int32, _ path: String) throws {
        var failure: Int32
        repeat { failure = posix_fallocate(descriptor, 0, off_t(size)) } while failure == EINTR
        guard failure != 0 else { return }
        if failure == ENOSPC, let room = FileSystemRoom(of: path) {
            throw SharedMemory.Shortage(needed: size, found: room.free, path: path)
        }
        throw SystemError(
            operation: "could not allocate \(SharedMemory.text(size)) of shared memory in",
            object: path, errno: failure)
    }

    /// Maps the file of a coordinator.
    package init(opening path: String, parameterCount: Int) throws {
        let descriptor = open(path, O_RDWR | O_CLOEXEC)
        guard descriptor >= 0 else { throw SystemError.last("could not open shared memory", path) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            throw SystemError.last("could not open shared memory", path)
        }
        let size = Int(status.st_size)
        guard size >= Self.page else {
            throw SystemError(operation: "not a block of shared memory:", object: path, errno: 0)
        }
        let base = try Self.map(descriptor, size, path)
        let header = base.assumingMemoryBound(to: UInt64.self)
        let slots = header[2]
        guard header[0] == Self.magic, header[1] == UInt64(parameterCount), slots < 1 << 32,
            size == Self.size(parameterCount, Int(slots))
        else {
            munmap(base, size)
            throw SystemError(
                operation: "not the shared memory of this run:", object: path, errno: 0)
        }
        self.base = base
        byteCount = size
        self.path = path
        self.parameterCount = parameterCount
        updateSlots = Int(slots)
        ownsFile = false
    }

    deinit {
        munmap(base, byteCount)
        if ownsFile { unlink(path) }
    }

    /// Lends the vectors of a model for reading: weights, then movement.
    package func withModel<R, E: Error>(
        _ slot: Int, _ body: (Span<Float>, Span<Float>) throws(E) -> R
    ) throws(E) -> R {
        let start = model(slot)
        return try body(
            Span(_unsafeStart: start, count: parameterCount),
            Span(_unsafeStart: start + stride, count: parameterCount))
    }

    /// Lends the vectors of a model for writing: weights, then movement.
    package func withMutableModel(
        _ slot: Int, _ body: (inout MutableSpan<Float>, inout MutableSpan<Float>) -> Void
    ) {
        let start = model(slot)
        var weights = MutableSpan(_unsafeStart: start, count: parameterCount)
        var movement = MutableSpan(_unsafeStart: start + stride, count: parameterCount)
        body(&weights, &movement)
    }

    /// Lends an update for reading.
    package func withUpdate<R, E: Error>(_ slot: Int, _ body: (Span<Float>) throws(E) -> R)
        throws(E) -> R
    {
        try body(Span(_unsafeStart: update(slot), count: parameterCount))
    }

    /// Lends an update for writing.
    package func withMutableUpdate<R, E: Error>(
        _ slot: Int, _ body: (inout MutableSpan<Float>) throws(E) -> R
    ) throws(E) -> R {
        var span = MutableSpan(_unsafeStart: update(slot), count: parameterCount)
        return try body(&span)
    }

    /// Whether there is an update slot of this number.
    package func hasUpdateSlot(_ slot: Int) -> Bool { slot >= 0 && slot < updateSlots }

    /// Whether there is a model slot of this number.
    package func hasModelSlot(_ slot: Int) -> Bool { slot >= 0 && slot < Self.modelSlots }

    /// Floats from one vector to the next: whole pages.
    private var stride: Int { Self.stride(parameterCount) }

    private func model(_ slot: Int) -> UnsafeMutablePointer<Float> {
        precondition(hasModelSlot(slot), "model slot \(slot)")
        return vector(slot * Self.vectorsPerModel)
    }

    private func update(_ slot: Int) -> UnsafeMutablePointer<Float> {
        precondition(hasUpdateSlot(slot), "update slot \(slot) of \(updateSlots)")
        return vector(Self.modelSlots * Self.vectorsPerModel + slot)
    }

    private func vector(_ index: Int) -> UnsafeMutablePointer<Float> {
        (base + Self.page).assumingMemoryBound(to: Float.self) + index * stride
    }

    private static func stride(_ parameterCount: Int) -> Int {
        (parameterCount * 4 + page - 1) / page * page / 4
    }

    /// Bytes of a block.
    package static func size(_ parameterCount: Int, _ updateSlots: Int) -> Int {
        page + (modelSlots * vectorsPerModel + updateSlots) * stride(parameterCount) * 4
    }

    private static func map(
        _ descriptor: Int32, _ size: Int, _ path: String
    ) throws -> UnsafeMutableRawPointer {
        guard
            let base = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0),
            base != MAP_FAILED
        else { throw SystemError.last("could not map shared memory", path) }
        return base
    }
}
