/// What a gradient is multiplied with beside itself: nothing, y, or y and z.
public struct GradientPartners: Equatable, Sendable {
    /// The first.
    public var y: Slot?
    /// The second.
    public var z: Slot?

    /// Partners.
    public init(_ y: Slot? = nil, and z: Slot? = nil) { (self.y, self.z) = (y, z) }
}
