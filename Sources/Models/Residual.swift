import LinearAlgebra
import RandomStreams

/// y = max(0, n(m(x)) + s(x)): a residual block (He et al. 2015, arXiv 1512.03385).
///
/// The main path m are layers in a row. n is a group normalization that adds the shortcut and
/// rectifies. The shortcut s is the identity or layers in a row of its own. Backward, d is
/// ∂loss/∂y where y > 0, and 0 elsewhere. The main path takes d through n, and the shortcut takes
/// d. ∂loss/∂x is the sum of what both give. Tangents pass the same way.
///
/// Each path begins with a convolution. The one that comes second in `backward` adds its part of
/// ∂loss/∂x to what the other path has written.
///
/// Inner layers have the places that a network would give them, in the memory of the block: see
/// `ResidualMemory`.
struct Residual: Layer {
    /// All inner layers in the order of the parameters: the main path, n, the shortcut.
    let layers: [any Layer]
    /// The names of their modules.
    let names: [String]
    let norm: GroupNorm
    /// The index of n.
    let last: Int
    /// The convolution that adds: the first of the main path if the shortcut is the identity, else
    /// the first of the shortcut.
    let adding: Convolution
    /// Where the parameters of each inner layer start, and behind them the end.
    private let starts: [Int]

    var inputs: Int { layers[0].inputs }
    var outputs: Int { norm.outputs }
    var isIdentity: Bool { last == layers.count - 1 }

    /// A layer and the name of its module.
    typealias Named = (name: String, layer: any Layer)

    /// A block of named layers.
    ///
    /// - Parameters:
    ///   - first: the convolution that the main path begins with.
    ///   - rest: the other layers of the main path, without n.
    ///   - projection: the convolution that the shortcut begins with; nil for the identity.
    ///   - others: the other layers of the shortcut.
    init(
        first: (name: String, layer: Convolution), rest: [Named],
        norm: (name: String, layer: GroupNorm),
        projection: (name: String, layer: Convolution)? = nil, others: [Named] = []
    ) {
        let main = [(first.name, first.layer) as Named] + rest
        let shortcut = projection.map { [($0.name, $0.layer) as Named] + others } ?? []
        let all = main + [(norm.name, norm.layer) as Named] + shortcut
        (layers, names) = (all.map(\.layer), all.map(\.name))
        self.norm = norm.layer
        last = main.count
        adding = projection?.layer ?? first.layer
        starts = layers.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.parameterCount) }
        let outputs = norm.layer.outputs
        precondition(
            norm.layer.shape.rectifies && outputs == (shortcut.last?.layer.outputs ?? inputs),
            "\(outputs) outputs beside a shortcut")
    }

    var parameters: [ParameterView] {
        layers.indices.flatMap { index in
            layers[index].parameters.map { view in
                var view = view
                view.name = "\(names[index]).\(view.name)"
                view.place.start += starts[index]
                return view
            }
        }
    }

    func initialize(_ weights: inout [Float], key: RandomKey) {
        for index in layers.indices {
            let place = starts[index]..<starts[index + 1]
            var part = Array(weights[place])
            // A stream of its own for each inner layer.
            layers[index].initialize(
                &part,
                key: RandomKey(
                    seed: key.seed, key.purpose, client: key.client, round: UInt32(index)))
            weights.replaceSubrange(place, with: part)
        }
    }

    func retainedCount(batch: Int, for use: Network.Use) -> Int {
        ResidualMemory.count(self, rows: batch, for: use)
    }

    func workspace(batch: Int) -> Int { ResidualMemory.workspace(self, rows: batch) }

    func forward<S: Scalar>(_ slots: inout VectorBlock<S>, _ places: LayerPlaces) {
        let memory = ResidualMemory(self, places)
        // The shortcut comes first: in an evaluation, the main path overwrites its inner values.
        for index in last + 1..<layers.count {
            layers[index].forward(&slots, self.places(index, places, memory))
        }
        for index in 0..<last {
            layers[index].forward(&slots, self.places(index, places, memory))
        }
        norm.forward(
            &slots, self.places(last, places, memory),
            adding: isIdentity ? places.input : memory.output(layers.count - 1))
    }

    func backward<S: Scalar>(_ slots: inout VectorBlock<S>, _ places: LayerPlaces) {
        let memory = ResidualMemory(self, places)
        let dx = places.inputGradient
        norm.backward(
            &slots, self.places(last, places, memory),
            added: isIdentity ? dx : memory.gradient(layers.count - 1))
        // The main path before the shortcut: see `adding`.
        for index in (0..<last).reversed() where index != addingIndex {
            layers[index].backward(&slots, self.places(index, places, memory, dx: dx))
        }
        for index in (last + 1..<layers.count).reversed() where index != addingIndex {
            layers[index].backward(&slots, self.places(index, places, memory, dx: dx))
        }
        adding.backward(&slots, self.places(addingIndex, places, memory, dx: dx), adds: true)
    }

    func forwardTangent<S: Scalar>(
        _ slots: inout VectorBlock<S>, _ places: LayerPlaces, _ tangents: LayerTangents
    ) {
        let (memory, moved) = (ResidualMemory(self, places), ResidualMemory(self, places, tangents))
        for index in layers.indices where index != last {
            layers[index].forwardTangent(
                &slots, self.places(index, places, memory),
                self.tangents(index, tangents, moved))
        }
        norm.forwardTangent(
            &slots, self.places(last, places, memory), self.tangents(last, tangents, moved),
            adding: isIdentity ? tangents.input : moved.output(layers.count - 1))
    }

    func backwardTangent<S: Scalar>(
        _ slots: inout VectorBlock<S>, _ places: LayerPlaces, _ tangents: LayerTangents
    ) {
        let (memory, moved) = (ResidualMemory(self, places), ResidualMemory(self, places, tangents))
        let dx = tangents.inputGradient
        norm.backwardTangent(
            &slots, self.places(last, places, memory), self.tangents(last, tangents, moved),
            added: isIdentity ? dx : moved.gradient(layers.count - 1))
        for index in layers.indices.reversed() where index != last && index != addingIndex {
            layers[index].backwardTangent(
                &slots, self.places(index, places, memory),
                self.tangents(index, tangents, moved, dx: dx))
        }
        adding.backwardTangent(
            &slots, self.places(addingIndex, places, memory),
            self.tangents(addingIndex, tangents, moved, dx: dx), adds: true)
    }

    private var addingIndex: Int { isIdentity ? 0 : last + 1 }

    private func inputGradient(_ index: Int, _ dx: Matrix?, _ memory: ResidualMemory) -> Matrix? {
        index == 0 || index == last + 1 ? dx : memory.gradient(index - 1)
    }

    /// Returns where an inner layer finds its numbers.
    ///
    /// - Parameter dx: the block's inputGradient, if backward is to write it.
    private func places(
        _ index: Int, _ places: LayerPlaces, _ memory: ResidualMemory, dx: Matrix? = nil
    ) -> LayerPlaces {
        let isFirst = index == 0 || index == last + 1
        return LayerPlaces(
            weights: part(index, of: places.weights), gradient: part(index, of: places.gradient),
            wantsGradient: places.wantsGradient,
            input: isFirst ? places.input : memory.output(index - 1),
            inputHasManyZeros: isFirst && places.inputHasManyZeros,
            output: index == last ? places.output : memory.output(index),
            outputGradient: index == last ? places.outputGradient : memory.gradient(index),
            inputGradient: inputGradient(index, dx, memory), memory: memory.retained(index),
            workspace: memory.workspace, use: places.use)
    }

    private func tangents(
        _ index: Int, _ tangents: LayerTangents, _ moved: ResidualMemory, dx: Matrix? = nil
    ) -> LayerTangents {
        let isFirst = index == 0 || index == last + 1
        return LayerTangents(
            weights: part(index, of: tangents.weights),
            gradient: part(index, of: tangents.gradient),
            input: isFirst ? tangents.input : moved.output(index - 1),
            output: index == last ? tangents.output : moved.output(index),
            outputGradient: index == last ? tangents.outputGradient : moved.gradient(index),
            inputGradient: inputGradient(index, dx, moved), memory: moved.retained(index))
    }

    /// Returns the part of an inner layer in a vector of all parameters; empty if the vector is.
    private func part(_ index: Int, of flat: Vector) -> Vector {
        flat.count == 0
            ? flat : flat.part(starts[index], count: starts[index + 1] - starts[index])
    }
}
