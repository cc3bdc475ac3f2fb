import CZeroMQ

/// Floats to be sent to any number of peers without a copy: written once, then only read.
///
/// ZeroMQ's I/O thread reads them while the messages leave and holds a reference until they have:
/// the memory is freed by whoever lets go last.
public final class SharedFrame: @unchecked Sendable {
    // Sendable: the memory is written in the initialiser only, and reference counts are atomic.

    private let floats: UnsafeMutableBufferPointer<Float>
    /// The result of `frameChecksum` for the floats.
    public let checksum: UInt64

    /// A frame of `count` floats, aligned to 64 bytes, all zero until `fill` has written them.
    public convenience init<Failure: Error>(
        count: Int, fill: (inout MutableSpan<Float>) throws(Failure) -> Void
    ) throws(Failure) {
        try self.init(capacity: count) { span throws(Failure) in
            try fill(&span)
            return count
        }
    }

    /// A frame of at most `capacity` floats, aligned to 64 bytes, all zero until `fill` has written
    /// them.
    ///
    /// - Parameter fill: returns how many it wrote: those are the frame.
    public init<Failure: Error>(
        capacity: Int, fill: (inout MutableSpan<Float>) throws(Failure) -> Int
    ) throws(Failure) {
        let memory = UnsafeMutableRawBufferPointer.allocate(
            byteCount: capacity * MemoryLayout<Float>.stride, alignment: 64)
        let floats = memory.bindMemory(to: Float.self)
        floats.initialize(repeating: 0)
        do throws(Failure) {
            var span = floats.mutableSpan
            count = min(capacity, max(0, try fill(&span)))
        } catch {
            memory.deallocate()
            throw error
        }
        self.floats = floats
        checksum = frameChecksum(UnsafeBufferPointer(rebasing: floats[..<count]).span)
    }

    deinit { UnsafeMutableRawBufferPointer(floats).deallocate() }

    /// How many floats there are.
    public let count: Int

    /// Passes the floats to the closure.
    public func withFloats<Result, Failure: Error>(
        _ body: (Span<Float>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(UnsafeBufferPointer(rebasing: floats[..<count]).span)
    }

    /// Makes `message` a view of the floats that keeps this frame alive. False when memory is out.
    func initialize(_ message: UnsafeMutablePointer<zmq_msg_t>) -> Bool {
        let reference = Unmanaged.passRetained(self)
        let size = count * MemoryLayout<Float>.stride
        // The callback runs on the I/O thread, or on this one when the message is closed unsent.
        let status = zmq_msg_init_data(
            message, floats.baseAddress, size,
            { _, reference in
                guard let reference else { return }
                Unmanaged<SharedFrame>.fromOpaque(reference).release()
            }, reference.toOpaque())
        if status != 0 { reference.release() }
        return status == 0
    }
}
