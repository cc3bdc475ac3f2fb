public import LinearAlgebra

/// One named parameter tensor inside the flat parameter vector.
public struct ParameterView: Equatable, Sendable {
    /// The name as PyTorch's `Sequential` would have it: "0.weight", "2.bias".
    public var name: String
    /// The shape users see, also in files: a dense weight is (outputs, inputs).
    public var shape: [Int]
    /// Where it lies in the flat vector.
    public var place: Vector
    /// Whether a matrix is stored as the transpose of `shape`: (inputs, outputs). Products of wide
    /// layers are faster so; files and tests never see it.
    public var isStoredTransposed: Bool

    /// A view.
    public init(name: String, shape: [Int], place: Vector, isStoredTransposed: Bool = false) {
        self.name = name
        self.shape = shape
        self.place = place
        self.isStoredTransposed = isStoredTransposed
    }

    /// Where in the flat vector the element with this row-major index of `shape` is stored.
    func stored(_ index: Int) -> Int {
        guard isStoredTransposed else { return place.start + index }
        return place.start + index % shape[1] * shape[0] + index / shape[1]
    }
}

/// Names and places of all parameters of a model in one flat vector.
public struct ParameterLayout: Equatable, Sendable {
    /// The tensors in order; together they cover the flat vector without gaps.
    public let views: [ParameterView]
    /// The length of the flat vector.
    public let count: Int

    init(_ views: [ParameterView]) {
        self.views = views
        count = views.reduce(0) { $0 + $1.place.count }
    }

    /// The tensor of a view, row-major in its `shape`, out of a flat vector.
    public func tensor<S: Scalar>(_ view: ParameterView, of flat: [S]) -> [S] {
        (0..<view.place.count).map { flat[view.stored($0)] }
    }

    /// Writes a tensor, row-major in the view's `shape`, into a flat vector.
    public func set<S: Scalar>(_ view: ParameterView, to tensor: [S], in flat: inout [S]) {
        precondition(
            tensor.count == view.place.count, "\(tensor.count) numbers for \(view.name)")
        for index in tensor.indices { flat[view.stored(index)] = tensor[index] }
    }
}
