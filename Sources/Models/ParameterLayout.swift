public import LinearAlgebra

/// One named parameter tensor inside the flat parameter vector.
public struct ParameterView: Equatable, Sendable {
    /// The name as PyTorch has it: "0.weight" in a `Sequential`, "layer1.0.conv1.weight" in a model
    /// of torchvision. What precedes the last dot names the module.
    public var name: String
    /// The shape users see, also in files: a dense weight is (outputs, inputs).
    public var shape: [Int]
    /// Where it lies in the flat vector.
    public var place: Vector
    /// The order of the tensor in its vector. It has `shape` with its axes split as needed,
    /// row-major as users see it, and the distance between neighbours along each axis. Products are
    /// faster in other orders than PyTorch's; files and tests never see them.
    public var axes: [Axis]

    /// One axis of a tensor.
    public struct Axis: Equatable, Sendable {
        /// How many elements the axis has.
        public var extent: Int
        /// How far apart they are stored.
        public var stride: Int

        /// Makes an axis from extent and stride.
        public init(_ extent: Int, stride: Int) { (self.extent, self.stride) = (extent, stride) }
    }

    /// A view.
    ///
    /// - Parameter axes: nil for a tensor that is stored row-major as it is.
    public init(name: String, shape: [Int], place: Vector, axes: [Axis]? = nil) {
        self.name = name
        self.shape = shape
        self.place = place
        self.axes = axes ?? [Axis(place.count, stride: 1)]
        precondition(
            self.axes.reduce(1) { $0 * $1.extent } == place.count, "\(name): \(place.count)")
    }

    /// Returns where in the flat vector the element with this row-major index of `shape` is stored.
    func stored(_ index: Int) -> Int {
        var (rest, at) = (index, place.start)
        for axis in axes.reversed() {
            at += rest % axis.extent * axis.stride
            rest /= axis.extent
        }
        return at
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

    /// The tensors' places, in order.
    public var tensors: [Vector] { views.map(\.place) }

    /// The places of the layers that have parameters, in order: each holds the tensors of one
    /// module.
    public var layers: [Vector] {
        var layers: [(module: Substring, place: Vector)] = []
        for view in views {
            let module = view.name.prefix(upTo: view.name.lastIndex(of: ".") ?? view.name.endIndex)
            if let last = layers.last, last.module == module {
                layers[layers.count - 1].place.count += view.place.count
            } else {
                layers.append((module, view.place))
            }
        }
        return layers.map(\.place)
    }

    /// Returns the tensor of a view, row-major in its `shape`, out of a flat vector.
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
