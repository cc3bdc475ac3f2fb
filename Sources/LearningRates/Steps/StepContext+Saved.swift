public import Bytes
import LinearAlgebra

/// The saved part of a step, from which the server's next step continues.
///
/// A step is saved between two steps. Then the previous gradient is free memory, because
/// `keepGradient` makes the gradient the previous one, in either of two vectors. So vectors are
/// saved by name, and a restored step may have them at other addresses.
///
/// The counts of `events` are not saved, since the server reads only how one step changes them. The
/// server draws no random numbers.
extension StepContext: Saved {
    /// Appends counters, hyperparameters, rates and vectors.
    public func save(to writer: inout ByteWriter) {
        writer.write(UInt64(index))
        writer.write(UInt64(stepsOfBuffers))
        hyperparameters.save(to: &writer)
        writer.write(rates)
        writer.write(hypergradients)
        writer.write(loss)
        savedDirection.save(to: &writer)
        for slot in savedSlots { writer.write(slots.bytes(of: vector(slot))) }
    }

    /// Reads them into a step with the same vectors and at most `count` steps.
    public mutating func restore(from reader: inout ByteReader) throws(BytesError) {
        index = try stepCount(from: &reader)
        stepsOfBuffers = try stepCount(from: &reader)
        try hyperparameters.restore(from: &reader)
        rates = try groupNumbers(from: &reader)
        hypergradients = try groupNumbers(from: &reader)
        loss = try reader.double()
        var direction = savedDirection
        try direction.restore(from: &reader)
        previousDirection = direction.slot == .gradient ? .previousGradient : direction.slot
        for slot in savedSlots {
            let bytes = try reader.byteList()
            let vector = vector(slot)
            guard bytes.count == vector.count * MemoryLayout<S>.stride else {
                throw .invalid(
                    "expected a vector of \(vector.count) numbers, found \(bytes.count) bytes")
            }
            slots.set(vector, toBytes: bytes)
        }
    }

    /// The saved name of the direction. After a step, a gradient that was the direction is the
    /// previous gradient.
    private var savedDirection: PreviousDirection {
        var direction = PreviousDirection()
        direction.bufferCount = bufferCount
        direction.slot = previousDirection == .previousGradient ? .gradient : previousDirection
        return direction
    }

    private var savedSlots: [VectorName] {
        [.weights, .gradient] + (scope == .parameter ? [.rates] : [])
            + (0..<bufferCount).map { .buffer($0) } + (0..<ownCount).map { .scheduler($0) }
    }

    private func stepCount(from reader: inout ByteReader) throws(BytesError) -> Int {
        let steps = try reader.integer(UInt64.self)
        guard steps <= UInt64(count) else {
            throw .invalid("expected at most \(count) steps, found \(steps)")
        }
        return Int(steps)
    }

    private func groupNumbers(from reader: inout ByteReader) throws(BytesError) -> [Double] {
        let numbers = try reader.doubleList()
        guard numbers.count == rates.count else {
            throw .invalid(
                "expected numbers of \(rates.count) groups of parameters, found \(numbers.count)")
        }
        return numbers
    }
}

extension Hyperparameters: Saved {
    /// Appends all hyperparameters to the bytes.
    public func save(to writer: inout ByteWriter) {
        for value in [momentum, beta1, beta2, decay] { writer.write(value) }
    }

    /// Reads all hyperparameters from the bytes.
    public mutating func restore(from reader: inout ByteReader) throws(BytesError) {
        momentum = try reader.double()
        beta1 = try reader.double()
        beta2 = try reader.double()
        decay = try reader.double()
    }
}
