public import LinearAlgebra
import Settings

/// Which parameters share a rate.
public enum RateScope: String, Sendable {
    /// All of them.
    case global
    /// Those of a layer: its weights and biases.
    case layer
    /// Those of a tensor, as PyTorch names them.
    case tensor
    /// None: each parameter has its own.
    case parameter

    /// Reads `scope`.
    init(_ settings: Settings, default word: RateScope = .global) {
        self = settings.choice(
            "scope",
            of: ["global": .global, "layer": .layer, "tensor": .tensor, "parameter": .parameter],
            default: word.rawValue, "which parameters share a rate")
    }
}

/// How the flat parameter vector is cut, as far as rates are concerned.
public struct ParameterGroups: Equatable, Sendable {
    /// How many parameters there are.
    public let count: Int
    /// The tensors, in order and without gaps; starts are indices in the flat vector.
    public let tensors: [Vector]
    /// The layers, likewise.
    public let layers: [Vector]
    /// The names of the tensors as PyTorch has them, "0.weight"; none where they have no names.
    public let tensorNames: [String]

    /// The groups of a model; without any, everything is one tensor and one layer.
    public init(
        count: Int, tensors: [Vector]? = nil, layers: [Vector]? = nil, tensorNames: [String] = []
    ) {
        let all = [Vector(start: 0, count: count)]
        self.count = count
        self.tensors = tensors ?? all
        self.layers = layers ?? self.tensors
        self.tensorNames = tensorNames
    }

    /// The groups that share a rate; all in one where each parameter has its own.
    func groups(of scope: RateScope) -> [Vector] {
        switch scope {
        case .global, .parameter: [Vector(start: 0, count: count)]
        case .layer: layers
        case .tensor: tensors
        }
    }
}
