import LearningRates
import LinearAlgebra
import Models
import Settings
import TestSupport
import Testing

/// The problem of an oracle file: a quadratic, Rosenbrock's function, or a small network on data.
///
/// Parameters go in and out in the oracle's order: its arrays one after the other, row-major.
struct OracleProblem<S: Scalar>: ReplayableObjective, ~Copyable {
    private enum Form {
        case quadratic(Quadratic, validation: Quadratic)
        case rosenbrock(Rosenbrock, validation: Rosenbrock)
        case network(Network, Data, validation: Data)
    }

    private struct Quadratic {
        var a: [Double]
        var b: [Double]
    }

    private struct Rosenbrock {
        var a: Double
        var b: Double
    }

    private struct Data {
        var x: [[Double]]
        var y: [Double]
    }

    private let form: Form
    private var places: Network.Places?
    private var validationPlaces: Network.Places?
    private var rows = 0
    private var validationRows = 0
    /// The batches of the next steps; nil: all samples at each.
    var batches: [[Int]]?
    /// The validation batches that come next; nil: all samples at each.
    var validationBatches: [[Int]]?
    private var step = 0
    private var validationStep = 0
    var weightDecay = 0.0
    /// Whether validation batches are indices of training samples: clients hold out their own.
    var validatesOnTraining = false
    /// The losses of the validation gradients on this batch.
    private(set) var validationLosses: [Double] = []
    /// How the parameters are cut.
    let groups: ParameterGroups
    /// The names of the oracle's arrays, in order.
    let names: [String]

    /// - Throws: for a kind of problem that the tests don't know.
    init(_ oracle: Oracle, in layout: inout BlockLayout) throws {
        let problem = oracle["problem"]
        names = oracle["init"]["order"].list.map(\.text)
        func part<T>(_ make: (Oracle.Node) -> T) -> (T, T) {
            (make(problem["train"]), make(problem["val"]))
        }
        switch problem["kind"].text {
        case "quadratic":
            let (train, validation) = part { Quadratic(a: $0["A"].numbers, b: $0["b"].numbers) }
            form = .quadratic(train, validation: validation)
            groups = ParameterGroups(count: 2, tensorNames: names)
        case "rosenbrock":
            let (train, validation) = part { Rosenbrock(a: $0["a"].number, b: $0["b"].number) }
            form = .rosenbrock(train, validation: validation)
            groups = ParameterGroups(count: 2, tensorNames: names)
        case "softmax", "mlp":
            let (train, validation) = part {
                Data(x: $0["x"].list.map(\.numbers), y: $0["y"].numbers)
            }
            let hidden = oracle["init"]["W1"].list.count
            let model =
                hidden == 0
                ? "softmax_regression" : "{ kind: mlp, hidden: [\(hidden)], activation: tanh }"
            let classes = oracle["init"][names.last ?? ""].list.count
            let network = try component(model, from: models).network(
                for: SampleForm(
                    shape: [train.x[0].count], target: .classes(classes, positions: 1)))
            form = .network(network, train, validation: validation)
            groups = ParameterGroups(
                count: network.parameterCount, tensors: network.layout.tensors,
                layers: network.layout.layers, tensorNames: network.layout.views.map(\.name))
            places = network.places(in: &layout, batch: train.x.count, for: .tangents)
            validationPlaces = network.places(
                in: &layout, batch: validation.x.count, for: .training)
        default:
            throw CannotReplay(reason: "unknown problem '\(problem["kind"].text)'")
        }
    }

    /// Starts from the first of these batches.
    mutating func restart(batches: [[Int]]?, validation: [[Int]]?) {
        (self.batches, validationBatches, step, validationStep) = (batches, validation, 0, 0)
    }

    /// An oracle's parameters as our flat vector.
    func flat(_ values: [Double]) -> [S] {
        guard case .network(let network, _, _) = form else { return values.map { S($0) } }
        var flat = [S](repeating: 0, count: values.count)
        for view in network.layout.views {
            let part = values[view.place.start..<view.place.start + view.place.count]
            network.layout.set(view, to: part.map { S($0) }, in: &flat)
        }
        return flat
    }

    /// Our flat vector in the oracle's order.
    func inOrder(_ flat: [S]) -> [Double] {
        guard case .network(let network, _, _) = form else { return flat.map { Double($0) } }
        return network.layout.views.flatMap { network.layout.tensor($0, of: flat) }
            .map { Double($0) }
    }

    /// Goes on to the next step's batch.
    mutating func nextBatch(_ slots: inout VectorBlock<S>) {
        defer { step += 1 }
        guard case .network(_, let train, _) = form, let places else { return }
        rows = gather(batches?[step], of: train, into: places, &slots)
    }

    mutating func select(step: Int, _ slots: inout VectorBlock<S>) {
        self.step = step
        nextBatch(&slots)
    }

    mutating func selectAllValidation(_ slots: inout VectorBlock<S>) {
        validationBatches = nil
        nextValidationBatch(&slots)
    }

    mutating func nextValidationBatch(_ slots: inout VectorBlock<S>) {
        defer { validationStep += 1 }
        validationLosses.removeAll()
        guard case .network(_, let train, let validation) = form, let validationPlaces else {
            return
        }
        validationRows = gather(
            validationBatches?[validationStep], of: validatesOnTraining ? train : validation,
            into: validationPlaces, &slots)
    }

    private func gather(
        _ batch: [Int]?, of data: Data, into places: Network.Places, _ slots: inout VectorBlock<S>
    ) -> Int {
        let samples = batch ?? Array(data.x.indices)
        let (input, target) = (
            places.input.prefix(rows: samples.count).vector,
            places.target.prefix(rows: samples.count).vector
        )
        // Two arrays with names: two spans of arrays without are code that fails the check of the
        // debug build of Swift 6.3.1.
        let x = samples.flatMap { data.x[$0].map { S($0) } }
        let y = samples.map { S(data.y[$0]) }
        slots.copy(x.span, to: input)
        slots.copy(y.span, to: target)
        return samples.count
    }

    mutating func gradient(
        _ slots: inout VectorBlock<S>, at weights: Vector, into gradient: Vector
    ) -> BatchLoss {
        let loss: BatchLoss
        switch form {
        case .quadratic(let it, _): loss = Self.gradient(it, &slots, at: weights, into: gradient)
        case .rosenbrock(let it, _): loss = Self.gradient(it, &slots, at: weights, into: gradient)
        case .network(let network, _, _):
            guard let places else { return BatchLoss(sum: .nan, count: 1) }
            let sum = network.gradient(&slots, places, rows: rows, at: weights, into: gradient)
            loss = BatchLoss(sum: sum, count: rows)
        }
        if weightDecay != 0 { slots.add(weights, times: S(weightDecay), to: gradient) }
        return loss
    }

    mutating func hessianProduct(
        _ slots: inout VectorBlock<S>, at weights: Vector, along direction: Vector,
        into product: Vector
    ) {
        switch form {
        case .quadratic(let it, _):
            let v = slots.values(direction)
            slots.copy(
                [
                    S(it.a[0]) * v[0] + S(it.a[1]) * v[1], S(it.a[2]) * v[0] + S(it.a[3]) * v[1],
                ].span, to: product)
        case .rosenbrock(let it, _):
            let (w, v) = (slots.values(weights), slots.values(direction))
            let b = S(it.b)
            let first = 2 - 4 * b * (w[1] - w[0] * w[0]) + 8 * b * w[0] * w[0]
            let mixed = -4 * b * w[0]
            slots.copy(
                [first * v[0] + mixed * v[1], mixed * v[0] + 2 * b * v[1]].span, to: product)
        case .network(let network, _, _):
            guard let places else { return }
            network.hessianProduct(
                &slots, places, rows: rows, at: weights, along: direction, into: product)
        }
        if weightDecay != 0 { slots.add(direction, times: S(weightDecay), to: product) }
    }

    mutating func gaussNewtonProduct(
        _ slots: inout VectorBlock<S>, at weights: Vector, along direction: Vector,
        into product: Vector
    ) {
        guard case .network(let network, _, _) = form, let places else {
            return hessianProduct(&slots, at: weights, along: direction, into: product)
        }
        network.gaussNewtonProduct(
            &slots, places, rows: rows, at: weights, along: direction, into: product)
        if weightDecay != 0 { slots.add(direction, times: S(weightDecay), to: product) }
    }

    mutating func validationGradient(
        _ slots: inout VectorBlock<S>, at weights: Vector, into gradient: Vector
    ) -> BatchLoss {
        let loss: BatchLoss
        switch form {
        case .quadratic(_, let it): loss = Self.gradient(it, &slots, at: weights, into: gradient)
        case .rosenbrock(_, let it): loss = Self.gradient(it, &slots, at: weights, into: gradient)
        case .network(let network, _, _):
            guard let validationPlaces else { return BatchLoss(sum: .nan, count: 1) }
            let sum = network.gradient(
                &slots, validationPlaces, rows: validationRows, at: weights, into: gradient)
            loss = BatchLoss(sum: sum, count: validationRows)
        }
        validationLosses.append(loss.mean)
        return loss
    }

    mutating func validationLoss(_ slots: inout VectorBlock<S>, at weights: Vector) -> BatchLoss {
        let w = slots.values(weights)
        switch form {
        case .quadratic(_, let it): return BatchLoss(sum: Self.value(it, w), count: 1)
        case .rosenbrock(_, let it): return BatchLoss(sum: Self.value(it, w), count: 1)
        case .network(let network, _, _):
            guard let validationPlaces else { return BatchLoss(sum: .nan, count: 1) }
            let (sum, _) = network.evaluate(
                &slots, validationPlaces, rows: validationRows, at: weights)
            return BatchLoss(sum: sum, count: validationRows)
        }
    }

    private static func value(_ it: Quadratic, _ w: [S]) -> Double {
        let (x, y) = (Double(w[0]), Double(w[1]))
        return 0.5 * (x * (it.a[0] * x + it.a[1] * y) + y * (it.a[2] * x + it.a[3] * y))
            - it.b[0] * x - it.b[1] * y
    }

    private static func gradient(
        _ it: Quadratic, _ slots: inout VectorBlock<S>, at weights: Vector, into gradient: Vector
    ) -> BatchLoss {
        let w = slots.values(weights)
        slots.copy(
            [
                S(it.a[0]) * w[0] + S(it.a[1]) * w[1] - S(it.b[0]),
                S(it.a[2]) * w[0] + S(it.a[3]) * w[1] - S(it.b[1]),
            ].span, to: gradient)
        return BatchLoss(sum: value(it, w), count: 1)
    }

    private static func value(_ it: Rosenbrock, _ w: [S]) -> Double {
        let (x, y) = (Double(w[0]), Double(w[1]))
        return (it.a - x) * (it.a - x) + it.b * (y - x * x) * (y - x * x)
    }

    private static func gradient(
        _ it: Rosenbrock, _ slots: inout VectorBlock<S>, at weights: Vector, into gradient: Vector
    ) -> BatchLoss {
        let w = slots.values(weights)
        let (a, b) = (S(it.a), S(it.b))
        let valley = w[1] - w[0] * w[0]
        slots.copy(
            [-2 * (a - w[0]) - 4 * b * w[0] * valley, 2 * b * valley].span, to: gradient)
        return BatchLoss(sum: value(it, w), count: 1)
    }
}
