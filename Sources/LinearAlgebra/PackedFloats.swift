import CKernels

/// The 16-bit forms of a float.
public enum ShortFloat: Sendable {
    /// IEEE 754 binary16: 5 bits of exponent, 10 of fraction; below 65,520.
    case fp16
    /// bfloat16: the upper half of a float, with its range and 7 bits of fraction.
    case bf16
}

extension MutableSpan<UInt8> {
    /// Writes floats in 16 bits each, the low byte first. Ties round to even.
    ///
    /// - Parameter x: shape (n). This span has 2 n bytes.
    public mutating func pack(_ x: Span<Float>, as form: ShortFloat) {
        precondition(count == 2 * x.count, "\(count) bytes for \(x.count) numbers")
        withUnsafeMutableBufferPointer { out in
            x.withUnsafeBufferPointer { x in
                guard let out = out.baseAddress, let start = x.baseAddress else { return }
                switch form {
                case .fp16: hyperfed_pack_fp16(start, out, x.count)
                case .bf16: hyperfed_pack_bf16(start, out, x.count)
                }
            }
        }
    }
}

extension MutableSpan<Float> {
    /// Reads floats that `pack` wrote.
    ///
    /// - Parameter bytes: 2 n bytes. This span has the shape (n).
    public mutating func unpack(_ bytes: Span<UInt8>, from form: ShortFloat) {
        precondition(bytes.count == 2 * count, "\(bytes.count) bytes for \(count) numbers")
        withUnsafeMutableBufferPointer { out in
            bytes.withUnsafeBufferPointer { bytes in
                guard let start = out.baseAddress, let bytes = bytes.baseAddress else { return }
                switch form {
                case .fp16: hyperfed_unpack_fp16(bytes, start, out.count)
                case .bf16: hyperfed_unpack_bf16(bytes, start, out.count)
                }
            }
        }
    }
}

extension VectorBlock<Float> {
    /// out ← x − out; returns ‖out‖². So a start that is needed only for this difference has no
    /// memory of its own.
    public func subtractStart(_ out: inout MutableSpan<Float>, from x: Vector) -> Double {
        precondition(out.count == x.count, "\(x.count) numbers minus \(out.count)")
        let source = at(x)
        out.withUnsafeMutableBufferPointer { out in
            for index in out.indices { out[index] = source[index] - out[index] }
        }
        return out.span.squaredNorm
    }
}
