import CKernels

/// The vectors that another one, x, is multiplied with: none, y, or y and z.
public struct ProductVectors: Equatable, Sendable {
    /// The first vector, y.
    public var y: Vector?
    /// The second vector, z.
    public var z: Vector?

    /// Makes partners; each has the length of x.
    public init(_ y: Vector? = nil, and z: Vector? = nil) { (self.y, self.z) = (y, z) }

    /// Returns the same part of each partner, as `Vector.part`.
    public func part(_ start: Int, count: Int) -> ProductVectors {
        ProductVectors(y?.part(start, count: count), and: z?.part(start, count: count))
    }
}

/// The products of a vector x with itself and its partners, in double precision.
public struct VectorProducts: Equatable, Sendable {
    /// The squared norm ⟨x, x⟩.
    public var xx: Double
    /// ⟨x, y⟩; 0 without y.
    public var xy: Double
    /// ⟨x, z⟩; 0 without z.
    public var xz: Double

    /// Makes products from their values.
    public init(xx: Double = 0, xy: Double = 0, xz: Double = 0) {
        (self.xx, self.xy, self.xz) = (xx, xy, xz)
    }

    /// Adds those of another part of x.
    public static func += (sum: inout VectorProducts, part: VectorProducts) {
        sum.xx += part.xx
        sum.xy += part.xy
        sum.xz += part.xz
    }

    /// Returns whether sums in single precision are exact enough: no term that matters was too
    /// large or too small for them. A sum of 0 may have had terms that were too small.
    func isInRange(_ partners: ProductVectors) -> Bool {
        func isInside(_ sum: Double) -> Bool { abs(sum) > 1e-30 && abs(sum) < 1e30 }
        return isInside(xx) && (partners.y == nil || isInside(xy))
            && (partners.z == nil || isInside(xz))
    }
}

extension VectorBlock {
    /// ⟨x, x⟩ and the products with the partners, in one pass.
    public func products(of x: Vector, with partners: ProductVectors) -> VectorProducts {
        guard let first = partners.y ?? partners.z else { return VectorProducts(xx: dot(x, x)) }
        let (xx, xy, xz) = dots(of: x, with: first, and: partners.z ?? first)
        return VectorProducts(
            xx: xx, xy: partners.y == nil ? 0 : xy, xz: partners.z == nil ? 0 : xz)
    }

    /// Computes g ← xᵀ d and the products of g. They are computed together with g if that is
    /// faster. Sizes are as in `outerSum(_:_:into:keep:)`. The other vectors are as long as g and
    /// do not overlap it.
    ///
    /// In single precision a product is then within a few roundings of ‖g‖ times the norm of the
    /// other vector.
    ///
    /// - Parameter skipsZeros: whether to leave out the terms with a 0 in x, as in `affine`.
    public mutating func outerSum(
        _ x: Matrix, _ d: Matrix, into g: Matrix, with partners: ProductVectors,
        skipsZeros: Bool = false
    ) -> VectorProducts {
        precondition(
            x.rows == d.rows && x.columns == g.rows && d.columns == g.columns
                && (partners.y?.count ?? g.vector.count) == g.vector.count
                && (partners.z?.count ?? g.vector.count) == g.vector.count,
            """
            transpose of (\(x.rows), \(x.columns)) x (\(d.rows), \(d.columns)) \
            into (\(g.rows), \(g.columns)) with partners of other sizes
            """)
        var isDone = false
        let isSparse = skipsZeros && isSparseSum(x, d, g)
        let (xx, xy, xz) = threeSums {
            if isSparse {
                hyperfed_outer_sum_products_of(
                    at(g.vector), partners.y.map { at($0) }, partners.z.map { at($0) }, x.columns,
                    d.columns, $0)
                isDone = true
                return
            }
            isDone = hyperfed_outer_sum_products(
                S.isDouble, at(x.vector), at(d.vector), at(g.vector), partners.y.map { at($0) },
                partners.z.map { at($0) }, x.rows, x.columns, d.columns, $0)
        }
        let products = VectorProducts(xx: xx, xy: xy, xz: xz)
        if isDone && products.isInRange(partners) { return products }
        if !isDone { outerSum(x, d, into: g) }
        return self.products(of: g.vector, with: partners)
    }
}
