import CKernels

extension VectorBlock {
    /// ⟨x, y⟩ in double precision, over fixed lanes: one pass over both.
    public func dot(_ x: Vector, _ y: Vector) -> Double {
        same(x, y)
        return hyperfed_dot(S.isDouble, at(x), at(y), x.count)
    }

    /// ⟨x, x⟩, ⟨x, y⟩ and ⟨x, z⟩ in one pass over the three.
    public func dots(
        of x: Vector, with y: Vector, and z: Vector
    ) -> (xx: Double, xy: Double, xz: Double) {
        same(x, y)
        same(x, z)
        return threeSums { hyperfed_dots(S.isDouble, at(x), at(y), at(z), x.count, $0) }
    }

    /// y ← y + scale x.
    public mutating func add(_ x: Vector, times scale: S, to y: Vector) {
        same(x, y)
        hyperfed_add(S.isDouble, at(y), at(x), scale.inDouble, x.count)
    }

    /// y ← keep y + scale x.
    public mutating func combine(_ y: Vector, times keep: S, with x: Vector, times scale: S) {
        same(x, y)
        hyperfed_combine(
            S.isDouble, at(y), keep.inDouble, at(x), scale.inDouble, x.count)
    }

    /// Sets every number of a vector to the same value.
    public mutating func fill(_ x: Vector, with value: S) {
        hyperfed_fill(S.isDouble, at(x), value.inDouble, x.count)
    }

    /// Copies all numbers: y ← x.
    public mutating func copy(_ x: Vector, to y: Vector) {
        same(x, y)
        at(y).update(from: at(x), count: x.count)
    }

    /// y ← values, of the same count.
    public mutating func copy(_ values: Span<S>, to y: Vector) {
        precondition(values.count == y.count, "\(values.count) numbers into \(y.count)")
        let target = at(y)
        values.withUnsafeBufferPointer { source in
            if let start = source.baseAddress { target.update(from: start, count: y.count) }
        }
    }

    /// out ← scale x, into memory outside the block.
    public func write(_ x: Vector, times scale: S, into out: inout MutableSpan<S>) {
        precondition(out.count == x.count, "\(x.count) numbers into \(out.count)")
        let source = at(x)
        out.withUnsafeMutableBufferPointer { out in
            hyperfed_scale(S.isDouble, source, out.baseAddress, scale.inDouble, x.count)
        }
    }

    /// out ← x − start; returns ‖out‖². One pass, into memory outside the block: an update leaves
    /// the client without another copy.
    public func subtract(
        _ start: Span<S>, from x: Vector, into out: inout MutableSpan<S>
    ) -> Double {
        precondition(
            start.count == x.count && out.count == x.count,
            "\(x.count) numbers minus \(start.count) into \(out.count)")
        let source = at(x)
        return start.withUnsafeBufferPointer { start in
            out.withUnsafeMutableBufferPointer { out in
                guard let start = start.baseAddress, let out = out.baseAddress else { return 0 }
                return hyperfed_difference(S.isDouble, source, start, out, x.count)
            }
        }
    }

    private func same(_ x: Vector, _ y: Vector) {
        precondition(x.count == y.count, "vectors of \(x.count) and \(y.count) numbers")
    }
}
