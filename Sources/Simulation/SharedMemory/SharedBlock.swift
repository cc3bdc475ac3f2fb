import Glibc

/// Memory that the coordinator and its client processes on one machine share.
///
/// It has four kinds of slots:
/// - Two slots are for the global model. The coordinator writes them in turn.
/// - Update slots are for updates.
/// - Slots for sums are for the sums of the updates of a process.
/// - Carried slots are for the vectors that clients carry over from round to round. Only the
///   process whose task names an update slot or a carried slot writes to it.
///
/// The block is a file in the run's private folder, and all processes map it. Messages with slot
/// numbers decide which process may use which slot:
/// - The coordinator writes model slot v mod 2 before it sends the first task of version v.
/// - A client process writes its slots before it sends the report.
/// - An update slot goes to another task only if the report was added or if its process is dead.
/// - Carried vectors are read in place by the process that trains the client next (`CarriedSlots`).
///
/// All processes map the addresses of all carried slots. The file grows when a carried slot is
/// first used, and its bytes are reserved before the slot's number is sent. So the coordinator
/// finds a full file system at that time, and a process that writes never does.
package final class SharedBlock {
    package let layout: SharedLayout
    package let path: String
    private let base: UnsafeMutableRawPointer
    private let byteCount: Int
    private let fixedBytes: Int
    private let ownsFile: Bool
    private let descriptor: Int32
    /// The known length of the file in bytes. Memory after its end must not be accessed.
    private var fileBytes: Int
    /// The carried slots that this process has written to.
    private var writtenCarried: Set<Int> = []

    private static let magic: UInt64 = 0x334B_434F_4C42_4648  // "HFBLOCK3"

    /// Creates the file with the memory of all its fixed slots, and maps it.
    ///
    /// - Throws: `SharedMemory.Shortage` if there is too little memory. Without this check, the
    ///   first access to a missing page would end the process.
    package init(creating path: String, _ layout: SharedLayout) throws {
        guard let size = layout.fixedBytes, let all = layout.allBytes else {
            throw SystemError(
                operation: "expected vectors that fit in shared memory, found more",
                object: path, errno: 0)
        }
        let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw SystemError.last("create it", path) }
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
            operation: "reserve \(SharedMemory.text(size)) of shared memory in it",
            object: path, errno: failure)
    }

    /// Maps the file that a coordinator created.
    package init(opening path: String, parameterCount: Int) throws {
        let descriptor = open(path, O_RDWR | O_CLOEXEC)
        guard descriptor >= 0 else { throw SystemError.last("open this shared memory", path) }
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

    /// Passes the vectors of a model to `body` for reading, one after the other.
    package func withModel<R, E: Error>(
        _ slot: Int, vectors: Int, _ body: (Span<Float>) throws(E) -> R
    ) throws(E) -> R {
        try body(Span(_unsafeStart: model(slot), count: modelFloats(vectors)))
    }

    /// Passes the vectors of a model to `body` for writing, one after the other.
    package func withMutableModel(
        _ slot: Int, vectors: Int, _ body: (inout MutableSpan<Float>) -> Void
    ) {
        var span = MutableSpan(_unsafeStart: model(slot), count: modelFloats(vectors))
        body(&span)
    }

    /// Passes an update to `body` for reading.
    package func withUpdate<R, E: Error>(_ slot: Int, _ body: (Span<Float>) throws(E) -> R)
        throws(E) -> R
    {
        try body(Span(_unsafeStart: update(slot), count: layout.parameterCount))
    }

    /// Passes an update to `body` for writing.
    package func withMutableUpdate<R, E: Error>(
        _ slot: Int, _ body: (inout MutableSpan<Float>) throws(E) -> R
    ) throws(E) -> R {
        var span = MutableSpan(_unsafeStart: update(slot), count: layout.parameterCount)
        return try body(&span)
    }

    /// Passes a sum of updates to `body` for reading, as words (`ExactSum`).
    package func withSum<R, E: Error>(_ slot: Int, _ body: (Span<Float>) throws(E) -> R)
        throws(E) -> R
    {
        try body(Span(_unsafeStart: sum(slot), count: 2 * layout.parameterCount))
    }

    /// Passes a sum of updates to `body` for writing, as words.
    package func withMutableSum(_ slot: Int, _ body: (inout MutableSpan<Float>) -> Void) {
        var span = MutableSpan(_unsafeStart: sum(slot), count: 2 * layout.parameterCount)
        body(&span)
    }

    /// Passes the first vectors of a carried slot to `body` for reading, one after the other.
    package func withCarried<R, E: Error>(
        _ slot: Int, vectors: Int, _ body: (Span<Float>) throws(E) -> R
    ) throws(E) -> R {
        try body(Span(_unsafeStart: carried(slot), count: carriedFloats(vectors)))
    }

    /// Passes a carried slot to `body` for writing, with room for all its vectors.
    package func withMutableCarried<R, E: Error>(
        _ slot: Int, _ body: (inout MutableSpan<Float>) throws(E) -> R
    ) throws(E) -> R {
        let start = carried(slot)
        // One call reserves all pages, which costs less than a page fault for each. An older kernel
        // refuses the call; then each page is reserved when it is first accessed.
        if writtenCarried.insert(slot).inserted {
            madvise(start, layout.carriedBytes ?? 0, Self.populateForWriting)
        }
        var span = MutableSpan(_unsafeStart: start, count: carriedFloats(layout.carriedVectors))
        return try body(&span)
    }

    /// The value of MADV_POPULATE_WRITE, which exists since Linux 5.14.
    private static let populateForWriting: Int32 = 23

    /// Returns whether there is an update slot with this number.
    package func hasUpdateSlot(_ slot: Int) -> Bool { slot >= 0 && slot < layout.updateSlots }

    /// Returns whether there is a slot for sums with this number.
    package func hasSumSlot(_ slot: Int) -> Bool { slot >= 0 && slot < layout.sumSlots }

    /// Returns whether there is a model slot with this number that has room for these vectors.
    package func hasModelSlot(_ slot: Int, vectors: Int) -> Bool {
        slot >= 0 && slot < SharedLayout.modelSlots && vectors <= layout.modelVectors
    }

    /// Returns whether there is a carried slot with this number whose bytes are in the file.
    package func hasCarriedSlot(_ slot: Int) -> Bool {
        guard slot >= 0, slot < layout.carriedSlots else { return false }
        if carriedEnd(slot) > fileBytes { fileBytes = (try? Self.size(descriptor, path)) ?? 0 }
        return carriedEnd(slot) <= fileBytes
    }

    /// Reserves the bytes of the next carried slot in the file. Returns false if the file system, a
    /// limit or the memory has no room for them.
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
        return floats(at: updateEnd(slot - 1))
    }

    private func updateEnd(_ slot: Int) -> Int {
        SharedLayout.page + SharedLayout.modelSlots * (layout.modelBytes ?? 0)
            + (slot + 1) * (layout.updateBytes ?? 0)
    }

    private func sum(_ slot: Int) -> UnsafeMutablePointer<Float> {
        precondition(hasSumSlot(slot), "slot \(slot) for sums of \(layout.sumSlots)")
        return floats(at: updateEnd(layout.updateSlots - 1) + slot * (layout.sumBytes ?? 0))
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
        var header = [UInt64](repeating: 0, count: 7)
        let bytes = header.count * 8
        guard size >= SharedLayout.page, pread(descriptor, &header, bytes, 0) == bytes,
            header[0] == magic
        else { throw notOurs(path) }
        let numbers = header.dropFirst().map { Int(clamping: $0) }
        return (
            SharedLayout(
                parameterCount: numbers[0], modelVectors: numbers[1], updateSlots: numbers[2],
                sumSlots: numbers[3], carriedVectors: numbers[4], carriedSlots: numbers[5]), size
        )
    }

    private static func notOurs(_ path: String) -> SystemError {
        SystemError(
            operation: "expected the shared memory of this run, found another file", object: path,
            errno: 0)
    }

    private static func size(_ descriptor: Int32, _ path: String) throws -> Int {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            throw SystemError.last("open this shared memory", path)
        }
        return Int(status.st_size)
    }

    private static func map(
        _ descriptor: Int32, _ size: Int, _ path: String
    ) throws -> UnsafeMutableRawPointer {
        guard
            let base = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0),
            base != MAP_FAILED
        else { throw SystemError.last("map this shared memory", path) }
        return base
    }
}

extension SharedLayout {
    /// The numbers in the header of the block, in their order.
    fileprivate var numbers: [Int] {
        [parameterCount, modelVectors, updateSlots, sumSlots, carriedVectors, carriedSlots]
    }
}
