/// The vectors whose products with the gradient are computed, beside its squared norm: none, y, or
/// y and z.
public struct GradientProducts: Equatable, Sendable {
    /// The first vector, y.
    public var y: VectorName?
    /// The second vector, z.
    public var z: VectorName?

    /// Creates the list of vectors.
    public init(_ y: VectorName? = nil, and z: VectorName? = nil) { (self.y, self.z) = (y, z) }
}
