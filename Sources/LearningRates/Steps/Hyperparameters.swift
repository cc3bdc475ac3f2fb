/// The continuous hyperparameters of an optimizer beside its rate: what a scheduler may adapt too.
/// Those that an optimizer does not have are 0.
public struct Hyperparameters: Equatable, Sendable {
    /// m of SGD, 0..<1.
    public var momentum = 0.0
    /// β1 of Adam: decay of the mean of gradients, 0..<1.
    public var beta1 = 0.0
    /// β2 of Adam: decay of the mean of squares, 0..<1.
    public var beta2 = 0.0
    /// γ of RMSProp: decay of the mean of squares, 0..<1.
    public var decay = 0.0

    /// All 0.
    public init() {}
}
