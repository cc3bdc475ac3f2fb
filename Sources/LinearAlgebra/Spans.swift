import CKernels

/// Vectors that lie outside a block, in shared memory or in a message. They are written where they
/// will be read.
///
/// All vectors of an operation have the same count.
extension MutableSpan where Element: Scalar {
    /// Passes a part to the closure for writing.
    ///
    /// - Parameters:
    ///   - start: the index of its first number.
    ///   - number: how many; not more than there are from there on.
    public mutating func withPart<R, E: Error>(
        from start: Int, count number: Int, _ body: (inout MutableSpan<Element>) throws(E) -> R
    ) throws(E) -> R {
        precondition(
            start >= 0 && number >= 0 && start <= count - number,
            "\(number) of \(count) numbers, from \(start)")
        return try withUnsafeMutableBufferPointer { all throws(E) in
            var part = UnsafeMutableBufferPointer(rebasing: all[start..<start + number]).mutableSpan
            return try body(&part)
        }
    }

    /// Copies all numbers: self ← x.
    public mutating func set(to x: Span<Element>) {
        same(x)
        withUnsafeMutableBufferPointer { out in
            x.withUnsafeBufferPointer { x in
                guard let out = out.baseAddress, let start = x.baseAddress else { return }
                out.update(from: start, count: x.count)
            }
        }
    }

    /// Sets every number to the same value.
    public mutating func set(to value: Element) {
        withUnsafeMutableBufferPointer { out in
            hyperfed_fill(Element.isDouble, out.baseAddress, value.inDouble, out.count)
        }
    }

    /// Computes the difference: self ← x − y.
    public mutating func set(to x: Span<Element>, minus y: Span<Element>) {
        with(x, y) { hyperfed_subtract(Element.isDouble, $1, $2, $0, $3) }
    }

    /// self ← scale x − y.
    public mutating func set(to x: Span<Element>, times scale: Element, minus y: Span<Element>) {
        let scale = scale.inDouble
        with(x, y) { hyperfed_scaled_minus(Element.isDouble, scale, $1, $2, $0, $3) }
    }

    /// self ← self + scale x.
    public mutating func add(_ x: Span<Element>, times scale: Element) {
        same(x)
        withUnsafeMutableBufferPointer { out in
            x.withUnsafeBufferPointer { x in
                guard let out = out.baseAddress, let start = x.baseAddress else { return }
                hyperfed_add(Element.isDouble, out, start, scale.inDouble, x.count)
            }
        }
    }

    /// self ← (self + first x) + second z, in one pass.
    public mutating func add(
        _ x: Span<Element>, times first: Element, then z: Span<Element>, times second: Element
    ) {
        let (first, second) = (first.inDouble, second.inDouble)
        with(x, z) { hyperfed_add_two(Element.isDouble, $0, first, $1, second, $2, $3) }
    }

    private func same(_ x: Span<Element>) {
        precondition(x.count == count, "vectors of \(x.count) and \(count) numbers")
    }

    private mutating func with(
        _ x: Span<Element>, _ y: Span<Element>,
        _ body: (
            UnsafeMutablePointer<Element>, UnsafePointer<Element>, UnsafePointer<Element>, Int
        ) -> Void
    ) {
        same(x)
        same(y)
        withUnsafeMutableBufferPointer { out in
            x.withUnsafeBufferPointer { x in
                y.withUnsafeBufferPointer { y in
                    guard let out = out.baseAddress, let x = x.baseAddress,
                        let start = y.baseAddress
                    else { return }
                    body(out, x, start, y.count)
                }
            }
        }
    }
}

extension Span where Element: Scalar {
    /// ⟨self, self⟩ in double precision, over fixed lanes.
    public var squaredNorm: Double {
        withUnsafeBufferPointer { x in
            x.baseAddress.map { hyperfed_dot(Element.isDouble, $0, $0, x.count) } ?? 0
        }
    }
}

extension VectorBlock {
    /// y ← (y + pull (x − start)) + shift, in one pass.
    public mutating func add(
        _ x: Vector, minus start: Vector, times pull: S, and shift: Vector, to y: Vector
    ) {
        precondition(
            x.count == y.count && start.count == y.count && shift.count == y.count,
            "vectors of \(x.count), \(start.count), \(shift.count) and \(y.count) numbers")
        hyperfed_pull_and_shift(
            S.isDouble, at(y), pull.inDouble, at(x), at(start), at(shift), y.count)
    }

    /// out[start...] ← x, into memory outside the block.
    ///
    /// - Parameter start: the index in `out` of the first number; as many fit behind it.
    public func write(_ x: Vector, into out: inout MutableSpan<S>, at start: Int) {
        precondition(
            start >= 0 && start <= out.count - x.count,
            "\(x.count) numbers at \(start) of \(out.count)")
        let source = at(x)
        out.withUnsafeMutableBufferPointer { out in
            if let out = out.baseAddress { (out + start).update(from: source, count: x.count) }
        }
    }
}
