/// What a gradient is multiplied with beside itself: nothing, y, or y and z.
public struct GradientProducts: Equatable, Sendable {
    /// The first.
    public var y: VectorName?
    /// The second.
    public var z: VectorName?

    /// Partners.
    public init(_ y: VectorName? = nil, and z: VectorName? = nil) { (self.y, self.z) = (y, z) }
}
