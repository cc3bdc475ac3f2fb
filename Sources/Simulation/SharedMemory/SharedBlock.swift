import Glibc

/// Memory that the coordinator and its client processes on one machine share: two slots for the
/// global model, written by the coordinator in turn, slots for updates, and slots for the vectors
/// that clients carry from round to round; each of the latter two written by the one process whose
/// task names it.
///
/// A file in the run's private folder, mapped by all. Who may touch which slot when is settled by
/// the messages that carry the slots' numbers: the coordinator writes model slot v mod 2 before it
/// sends the first task of version v; a client writes its slots before it sends the report; an
/// update slot is given to another task only when the report was added or its process is dead. What a
/// client carries is read in place by whoever trains it next (see `CarriedSlots`).
///
/// All have mapped room for all carried slots. The file grows as they are first used, and its bytes
/// are claimed before a slot's number is handed out: a full file system is noticed there, and never
/// by a process that writes.
package final class SharedBlock {
    package let layout: SharedLayout
    package let path: String
    private let base: UnsafeMutableRawPointer
    private let byteCount: Int
    private let fixedBytes: Int
    private let ownsFile: Bool
    private let descriptor: Int32
    /// Bytes of the file as far as is known: those behind its end must not be touched.
    private var fileBytes: Int
    /// The carried slots that this process has written to.
    private var writtenCarried: Set<Int> = []

    private static let magic: UInt64 = 0x324B_434F_4C42_4648  // "HFBLOCK2"

    /// Creates the file with the memory of all its fixed slots, and maps it.
    ///
    /// - Throws: `SharedMemory.Shortage` where the memory is not there. Had it been left to the
    ///   first touch of a page to find out, that would be the end of the process.
    package init(creating path: String, _ layout: SharedLayout) throws {
        guard let size = layout.fixedBytes, let all = layout.allBytes else {
            throw SystemError(
                operation: "too many vectors for shared memory:", object: path, errno: 0)
        }
        let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw SystemError.last("could not create", path) }
        do {
            try Self.allocate(size, in: descriptor, path)
            base = try Self.map(descriptor, all, path)
        } catch {
            close(descriptor)
            unlink(path)
            throw error
        }
        (byteCount, fixedBytes, fileBytes) = (all, size, size)
        (self.path, self.layout, self.descriptor) = (path, layout, descriptor)
        ownsFile = true
        let header = base.assumingMemoryBound(to: UInt64.self)
        for (index, number) in layout.numbers.enumerated() { header[1 + index] = UInt64(number) }
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
        do {
            let (layout, size) = try Self.readHeader(descriptor, path)
            guard layout.parameterCount == parameterCount, let fixed = layout.fixedBytes,
                let all = layout.allBytes, size >= fixed
            else { throw Self.notOurs(path) }
            base = try Self.map(descriptor, all, path)
            (byteCount, fixedBytes, fileBytes) = (all, fixed, size)
            self.layout = layout
        } catch {
            close(descriptor)
            throw error
        }
        (self.path, self.descriptor) = (path, descriptor)
        ownsFile = false
    }

    deinit {
        munmap(base, byteCount)
        close(descriptor)
        if ownsFile { unlink(path) }
    }

    /// Lends the vectors of a model for reading, one after the other.
    package func withModel<R, E: Error>(
        _ slot: Int, vectors: Int, _ body: (Span<Float>) throws(E) -> R
    ) throws(E) -> R {
        try body(Span(_unsafeStart: model(slot), count: modelFloats(vectors)))
    }

    /// Lends the vectors of a model for writing, one after the other.
    package func withMutableModel(
        _ slot: Int, vectors: Int, _ body: (inout MutableSpan<Float>) -> Void
    ) {
        var span = MutableSpan(_unsafeStart: model(slot), count: modelFloats(vectors))
        body(&span)
    }

    /// Lends an update for reading.
    package func withUpdate<R, E: Error>(_ slot: Int, _ body: (Span<Float>) throws(E) -> R)
        throws(E) -> R
    {
        try body(Span(_unsafeStart: update(slot), count: layout.parameterCount))
    }

    /// Lends an update for writing.
    package func withMutableUpdate<R, E: Error>(
        _ slot: Int, _ body: (inout MutableSpan<Float>) throws(E) -> R
    ) throws(E) -> R {
        var span = MutableSpan(_unsafeStart: update(slot), count: layout.parameterCount)
        return try body(&span)
    }

    /// Lends the first vectors of a carried slot for reading, one after the other.
    package func withCarried<R, E: Error>(
        _ slot: Int, vectors: Int, _ body: (Span<Float>) throws(E) -> R
    ) throws(E) -> R {
        try body(Span(_unsafeStart: carried(slot), count: carriedFloats(vectors)))
    }

    /// Lends a carried slot for writing: all the vectors that it has room for.
    package func withMutableCarried<R, E: Error>(
        _ slot: Int, _ body: (inout MutableSpan<Float>) throws(E) -> R
    ) throws(E) -> R {
        let start = carried(slot)
        // Asks for all pages at once: one call costs less than a fault for each page. An older
        // kernel refuses it, and then each page is asked for when it is touched.
        if writtenCarried.insert(slot).inserted {
            madvise(start, layout.carriedBytes ?? 0, Self.populateForWriting)
        }
        var span = MutableSpan(_unsafeStart: start, count: carriedFloats(layout.carriedVectors))
        return try body(&span)
    }

    /// MADV_POPULATE_WRITE of Linux 5.14 and later.
    private static let populateForWriting: Int32 = 23

    /// Whether there is an update slot of this number.
    package func hasUpdateSlot(_ slot: Int) -> Bool { slot >= 0 && slot < layout.updateSlots }

    /// Whether there is a model slot of this number, for so many vectors.
    package func hasModelSlot(_ slot: Int, vectors: Int) -> Bool {
        slot >= 0 && slot < SharedLayout.modelSlots && vectors <= layout.modelVectors
    }

    /// Whether there is a carried slot of this number, with its bytes in the file.
    package func hasCarriedSlot(_ slot: Int) -> Bool {
        guard slot >= 0, slot < layout.carriedSlots else { return false }
        if carriedEnd(slot) > fileBytes { fileBytes = (try? Self.size(descriptor, path)) ?? 0 }
        return carriedEnd(slot) <= fileBytes
    }

    /// Claims the bytes of a carried slot, the next one after those that are there. False where the
    /// file system, a limit or the memory has no room for it.
    package func makeRoom(forCarriedSlot slot: Int) -> Bool {
        guard slot >= 0, slot < layout.carriedSlots else { return false }
        guard carriedEnd(slot) > fileBytes else { return true }
        var status: Int32
        repeat {
            status = posix_fallocate(
                descriptor, off_t(fileBytes), off_t(carriedEnd(slot) - fileBytes))
        } while status == EINTR
        if status == 0 { fileBytes = carriedEnd(slot) }
        return status == 0
    }

    private func model(_ slot: Int) -> UnsafeMutablePointer<Float> {
        precondition(hasModelSlot(slot, vectors: 1), "model slot \(slot)")
        return floats(at: SharedLayout.page + slot * (layout.modelBytes ?? 0))
    }

    private func modelFloats(_ vectors: Int) -> Int {
        precondition(vectors <= layout.modelVectors, "\(vectors) of \(layout.modelVectors) vectors")
        return vectors * layout.parameterCount
    }

    private func update(_ slot: Int) -> UnsafeMutablePointer<Float> {
        precondition(hasUpdateSlot(slot), "update slot \(slot) of \(layout.updateSlots)")
        return floats(
            at: SharedLayout.page + SharedLayout.modelSlots * (layout.modelBytes ?? 0)
                + slot * (layout.updateBytes ?? 0))
    }

    private func carried(_ slot: Int) -> UnsafeMutablePointer<Float> {
        precondition(hasCarriedSlot(slot), "carried slot \(slot)")
        return floats(at: carriedEnd(slot - 1))
    }

    private func carriedFloats(_ vectors: Int) -> Int {
        precondition(
            vectors <= layout.carriedVectors, "\(vectors) of \(layout.carriedVectors) vectors")
        return vectors * layout.parameterCount
    }

    private func carriedEnd(_ slot: Int) -> Int {
        fixedBytes + (slot + 1) * (layout.carriedBytes ?? 0)
    }

    private func floats(at offset: Int) -> UnsafeMutablePointer<Float> {
        (base + offset).assumingMemoryBound(to: Float.self)
    }

    private static func readHeader(_ descriptor: Int32, _ path: String) throws
        -> (SharedLayout, size: Int)
    {
        let size = try size(descriptor, path)
        var header = [UInt64](repeating: 0, count: 6)
        let bytes = header.count * 8
        guard size >= SharedLayout.page, pread(descriptor, &header, bytes, 0) == bytes,
            header[0] == magic
        else { throw notOurs(path) }
        let numbers = header.dropFirst().map { Int(clamping: $0) }
        return (
            SharedLayout(
                parameterCount: numbers[0], modelVectors: numbers[1], updateSlots: numbers[2],
                carriedVectors: numbers[3], carriedSlots: numbers[4]), size
        )
    }

    private static func notOurs(_ path: String) -> SystemError {
        SystemError(operation: "not the shared memory of this run:", object: path, errno: 0)
    }

    private static func size(_ descriptor: Int32, _ path: String) throws -> Int {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            throw SystemError.last("could not open shared memory", path)
        }
        return Int(status.st_size)
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

extension SharedLayout {
    /// The numbers of the block's header, in their order there.
    fileprivate var numbers: [Int] {
        [parameterCount, modelVectors, updateSlots, carriedVectors, carriedSlots]
    }
}
