/// The continuous hyperparameters of an optimizer beside its rate, which a scheduler may adapt.
/// Those that an optimizer does not have are 0.
public struct Hyperparameters: Equatable, Sendable {
    /// The momentum m of SGD, 0..<1.
    public var momentum = 0.0
    /// The decay β1 of the mean of gradients in Adam, 0..<1.
    public var beta1 = 0.0
    /// The decay β2 of the mean of squares in Adam, 0..<1.
    public var beta2 = 0.0
    /// The decay γ of the mean of squares in RMSProp, 0..<1.
    public var decay = 0.0

    /// Creates hyperparameters that are all 0.
    public init() {}
}
