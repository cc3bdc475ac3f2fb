public import LinearAlgebra
package import Settings

/// The parameters that share a rate.
public enum RateScope: String, Sendable {
    /// All parameters share one rate.
    case global
    /// The weights and biases of a layer share a rate.
    case layer
    /// The parameters of a tensor share a rate. Tensors are those of PyTorch.
    case tensor
    /// Each parameter has its own rate.
    case parameter

    /// Reads the key `scope`.
    package init(_ settings: Settings, default word: RateScope = .global) {
        self = settings.choice(
            "scope",
            of: ["global": .global, "layer": .layer, "tensor": .tensor, "parameter": .parameter],
            default: word.rawValue, "which parameters share a rate")
    }
}

/// The groups of parameters in the flat vector that can share a rate.
public struct ParameterGroups: Equatable, Sendable {
    /// The number of parameters.
    public let count: Int
    /// The tensors, in order and without gaps. Starts are indices in the flat vector.
    public let tensors: [Vector]
    /// The layers, in order and without gaps.
    public let layers: [Vector]
    /// The names of the tensors in PyTorch, such as "0.weight"; empty if they have no names.
    public let tensorNames: [String]

    /// Creates the groups of a model. Without arguments, all parameters are one tensor and one
    /// layer.
    public init(
        count: Int, tensors: [Vector]? = nil, layers: [Vector]? = nil, tensorNames: [String] = []
    ) {
        let all = [Vector(start: 0, count: count)]
        self.count = count
        self.tensors = tensors ?? all
        self.layers = layers ?? self.tensors
        self.tensorNames = tensorNames
    }

    /// Returns the groups that share a rate. If each parameter has its own rate, there is one
    /// group.
    func groups(of scope: RateScope) -> [Vector] {
        switch scope {
        case .global, .parameter: [Vector(start: 0, count: count)]
        case .layer: layers
        case .tensor: tensors
        }
    }
}
