import CZeroMQ

/// The body of a message that came in, in ZeroMQ's own memory; freed with the last reference.
public final class Frame {
    /// In allocated memory, since ZeroMQ forbids to move a message by copying its bytes.
    let message: UnsafeMutablePointer<zmq_msg_t>

    init() {
        message = .allocate(capacity: 1)
        zmq_msg_init(message)
    }

    deinit {
        zmq_msg_close(message)
        message.deallocate()
    }

    /// Makes `other` a message with the same bytes. ZeroMQ counts the references to the bytes, so
    /// nothing is copied, except a few bytes that ZeroMQ keeps in the message itself.
    func share(with other: UnsafeMutablePointer<zmq_msg_t>) -> Bool {
        zmq_msg_init(other)
        return zmq_msg_copy(other, message) == 0
    }

    /// How many bytes were received.
    public var byteCount: Int { zmq_msg_size(message) }

    /// How many whole floats the bytes are.
    public var count: Int { byteCount / MemoryLayout<Float>.stride }

    /// Reads the floats. Large frames are read in place. ZeroMQ puts small ones (below about 8 KiB)
    /// anywhere in a buffer of several messages. If such a frame is not aligned, it is copied
    /// first.
    public func withFloats<Result, Failure: Error>(
        _ body: (Span<Float>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let bytes = UnsafeRawBufferPointer(
            start: zmq_msg_data(message), count: count * MemoryLayout<Float>.stride)
        let address = UInt(bitPattern: bytes.baseAddress)
        if address.isMultiple(of: UInt(MemoryLayout<Float>.alignment)) {
            return try body(bytes.assumingMemoryBound(to: Float.self).span)
        }
        let copy = [Float](unsafeUninitializedCapacity: count) { floats, initialized in
            UnsafeMutableRawBufferPointer(floats).copyMemory(from: bytes)
            initialized = count
        }
        return try body(copy.span)
    }
}
