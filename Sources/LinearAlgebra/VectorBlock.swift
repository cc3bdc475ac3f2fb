import CKernels

/// A vector inside a `VectorBlock` block: a place, not memory.
public struct Vector: Equatable, Sendable {
    /// Index of the first number in the block.
    public var start: Int
    /// How many numbers the vector has.
    public var count: Int

    /// The place of `count` numbers from `start` on.
    public init(start: Int, count: Int) {
        self.start = start
        self.count = count
    }

    /// A part of this vector.
    ///
    /// - Parameter start: index of the part's first number in this vector.
    public func part(_ start: Int, count: Int) -> Vector {
        precondition(
            start >= 0 && count >= 0 && start + count <= self.count,
            "part \(start)..<\(start + count) of a vector of \(self.count)")
        return Vector(start: self.start + start, count: count)
    }

    /// This vector read row by row as a matrix.
    public func matrix(rows: Int, columns: Int) -> Matrix {
        precondition(rows * columns <= count, "\(rows) x \(columns) of a vector of \(count)")
        return Matrix(start: start, rows: rows, columns: columns)
    }
}

/// A row-major matrix inside a `VectorBlock` block: a place, not memory.
public struct Matrix: Equatable, Sendable {
    /// Index of the first number in the block.
    public var start: Int
    /// How many rows are stored.
    public var rows: Int
    /// How many columns are stored.
    public var columns: Int

    /// Returns the first rows of this matrix.
    public func prefix(rows: Int) -> Matrix {
        precondition(rows >= 0 && rows <= self.rows, "\(rows) rows of \(self.rows)")
        return Matrix(start: start, rows: rows, columns: columns)
    }

    /// Returns the same numbers as a matrix in which each row is cut into `parts` rows.
    public func split(into parts: Int) -> Matrix {
        precondition(parts >= 1 && columns % parts == 0, "\(columns) columns in \(parts) parts")
        return Matrix(start: start, rows: rows * parts, columns: columns / parts)
    }

    /// All numbers of the matrix, row by row.
    public var vector: Vector { Vector(start: start, count: rows * columns) }
}

/// Plans a `VectorBlock`: hands out vectors one after the other, each on a cache line of its own.
public struct BlockLayout: Sendable {
    /// Numbers handed out so far, with the gaps between them.
    public private(set) var count = 0

    /// Makes a layout without vectors.
    public init() {}

    /// Reserves a vector of `count` numbers.
    public mutating func vector(_ count: Int) -> Vector {
        defer { self.count += (count + 15) / 16 * 16 }
        return Vector(start: self.count, count: count)
    }

    /// Reserves a matrix, row-major.
    public mutating func matrix(rows: Int, columns: Int) -> Matrix {
        vector(rows * columns).matrix(rows: rows, columns: columns)
    }
}

/// All numbers of a client's training (parameters, gradients, activations, batches) in one aligned
/// block that is allocated once.
///
/// Vectors and matrices are ranges of the block and have no memory of their own. So formulas can
/// use any number of them at once, and a step allocates no memory. Each operation checks its ranges
/// once, before its loop.
public struct VectorBlock<S: Scalar>: ~Copyable {
    let base: UnsafeMutablePointer<S>
    /// How many numbers the block contains.
    public let count: Int

    /// Allocates a block of zeros, 64-byte aligned.
    public init(_ layout: BlockLayout) {
        count = layout.count
        let memory = UnsafeMutableRawPointer.allocate(
            byteCount: max(count, 1) * MemoryLayout<S>.stride, alignment: 64)
        base = memory.bindMemory(to: S.self, capacity: max(count, 1))
        hyperfed_fill(S.isDouble, base, 0, count)
    }

    deinit {
        UnsafeMutableRawPointer(base).deallocate()
    }

    /// Reads or writes one number: for set-up and tests.
    public subscript(_ place: Vector, _ index: Int) -> S {
        get { at(place.part(index, count: 1))[0] }
        set { at(place.part(index, count: 1))[0] = newValue }
    }

    /// Returns the numbers at a place, as a copy: for set-up and tests.
    public func values(_ place: Vector) -> [S] {
        Array(UnsafeBufferPointer(start: at(place), count: place.count))
    }

    /// Returns the numbers at a place as bytes, in this machine's order (little-endian on all that
    /// are supported).
    public func bytes(of place: Vector) -> [UInt8] {
        Array(UnsafeRawBufferPointer(UnsafeBufferPointer(start: at(place), count: place.count)))
    }

    /// Sets the numbers at a place from such bytes, of the same count.
    public mutating func set(_ place: Vector, toBytes bytes: some Collection<UInt8>) {
        precondition(bytes.count == place.count * MemoryLayout<S>.stride)
        UnsafeMutableRawBufferPointer(
            UnsafeMutableBufferPointer(start: at(place), count: place.count)
        ).copyBytes(from: bytes)
    }

    /// Passes the numbers of a vector to the closure for reading.
    public func withSpan<R: ~Copyable, E: Error>(
        _ place: Vector, _ body: (Span<S>) throws(E) -> R
    ) throws(E) -> R {
        try body(Span(_unsafeStart: at(place), count: place.count))
    }

    /// Passes the numbers of a vector to the closure for writing.
    public mutating func withMutableSpan<R: ~Copyable, E: Error>(
        _ place: Vector, _ body: (inout MutableSpan<S>) throws(E) -> R
    ) throws(E) -> R {
        var span = MutableSpan(_unsafeStart: at(place), count: place.count)
        return try body(&span)
    }

    /// Passes the numbers of two vectors to the closure for writing. The vectors must not overlap.
    public mutating func withMutableSpans<R: ~Copyable, E: Error>(
        _ x: Vector, _ y: Vector,
        _ body: (inout MutableSpan<S>, inout MutableSpan<S>) throws(E) -> R
    ) throws(E) -> R {
        precondition(
            x.count == 0 || y.count == 0 || x.start + x.count <= y.start
                || y.start + y.count <= x.start, "overlapping places")
        var first = MutableSpan(_unsafeStart: at(x), count: x.count)
        var second = MutableSpan(_unsafeStart: at(y), count: y.count)
        return try body(&first, &second)
    }

    /// Returns the memory of a place, after checking that it lies inside the block.
    func at(_ place: Vector) -> UnsafeMutablePointer<S> {
        precondition(
            place.start >= 0 && place.count >= 0 && place.start + place.count <= count,
            "place \(place.start)..<\(place.start + place.count) outside a block of \(count)")
        return base + place.start
    }
}
