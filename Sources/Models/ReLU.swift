import LinearAlgebra
import RandomStreams

/// y = max(x, 0), element by element; the derivative at 0 is taken as 0.
struct ReLU: Layer {
    let width: Int

    var inputs: Int { width }
    var outputs: Int { width }
    var parameters: [ParameterView] { [] }

    func initialize(_ weights: inout [Float], key: RandomKey) {}

    func forward<S: Scalar>(_ slots: inout Slots<S>, _ places: LayerPlaces) {
        slots.relu(places.input, into: places.output)
    }

    func backward<S: Scalar>(_ slots: inout Slots<S>, _ places: LayerPlaces) {
        guard let dx = places.inputGradient else { return }
        slots.reluBackward(places.output, places.outputGradient, into: dx)
    }
}
