import LearningRates
import LinearAlgebra
import Testing

/// Derivatives of the optimizers' directions against differences of them.
@Suite struct `Tangents of optimizers` {
    static let all = [
        "sgd", "{ kind: sgd, momentum: 0.9 }", "{ kind: sgd, momentum: 0.9, nesterov: true }",
        "{ kind: sgd, momentum: 0.9, dampening: 0.4 }",
        "{ kind: adam, epsilon: 0.1, epsilon_place: before_correction }",
        "adam",
        "{ kind: adam, beta1: 0.5, beta2: 0.75, epsilon: 0.001, bias_correction: false }",
        "adagrad", "{ kind: adagrad, initial_accumulator: 0.1, epsilon: 0.001 }", "rmsprop",
        "{ kind: rmsprop, decay: 0.5, epsilon: 0.001 }",
    ]
    /// The server's that are made of other numbers.
    static let server = [
        "yogi", "{ kind: yogi, beta1: 0.5, beta2: 0.75, tau: 0.1, initial_square: 0.3 }",
        "{ kind: adagrad, beta1: 0.5, tau: 0.1, initial_square: 0.3 }",
    ]
    static let size = 37

    private func either(_ kind: String) throws -> any Optimizer {
        try Self.server.contains(kind) ? serverOptimizer(kind) : optimizer(kind)
    }

    /// Three steps with gradients g + t q; the directions, and the tangents where they are kept.
    private func run<S: Scalar>(
        _ optimizer: any Optimizer, _ gradients: [[Double]], tangents: [[Double]]?, _ type: S.Type
    ) -> (directions: [[Double]], tangents: [[Double]]) {
        var plan = BlockLayout()
        var needs = SchedulerNeeds()
        needs.vectors = 3
        let places = StepContext<S>.Vectors(
            in: &plan, ParameterGroups(count: gradients[0].count), needs, optimizer)
        var step = StepContext<S>(plan, places)
        step.clearBuffers()
        step.begin(rate: 0.1, count: 3, optimizer.hyperparameters)
        var results: (directions: [[Double]], tangents: [[Double]]) = ([], [])
        for (index, gradient) in gradients.enumerated() {
            let numbers = gradient.map { S($0) }
            step.slots.copy(numbers.span, to: step.vector(.gradient))
            let direction = optimizer.direction(&step)
            results.directions.append(step.slots.values(step.vector(direction)).map { Double($0) })
            if let tangents {
                let tangent = tangents[index].map { S($0) }
                step.slots.copy(tangent.span, to: step.vector(.scheduler(0)))
                optimizer.directionTangent(&step, .scheduler(0), states: 1, times: 1)
                results.tangents.append(
                    step.slots.values(step.vector(.scheduler(0))).map { Double($0) })
            }
            step.move(along: direction)
        }
        return results
    }

    private func vectors(_ seed: UInt64) -> ([[Double]], [[Double]]) {
        var numbers = Numbers(state: seed)
        var gradients = numbers.vectors(3, of: Self.size)
        // Away from 0, where roots are not smooth.
        for step in gradients.indices {
            gradients[step] = gradients[step].map { $0 < 0 ? $0 - 0.2 : $0 + 0.2 }
        }
        return (gradients, numbers.vectors(3, of: Self.size))
    }

    @Test(arguments: all + server)
    func `forward mode is the limit of differences`(kind: String) throws {
        let optimizer = try either(kind)
        let (gradients, tangents) = vectors(3)
        let got = run(optimizer, gradients, tangents: tangents, Double.self).tangents
        func moved(_ t: Double) -> [[Double]] {
            let gradients = zip(gradients, tangents).map { zip($0, $1).map { $0 + t * $1 } }
            return run(optimizer, gradients, tangents: nil, Double.self).directions
        }
        let (above, below) = (moved(1e-6), moved(-1e-6))
        // The first directions of some optimizers hardly depend on the gradient: one scale for all.
        let scale = got.joined().map { abs($0) }.max()
        let narrow = run(optimizer, gradients, tangents: tangents, Float.self).tangents
        for step in 0..<3 {
            let slope = zip(above[step], below[step]).map { ($0 - $1) / 2e-6 }
            #expect(relativeError(got[step], slope, scale: scale) < 1e-8, "step \(step)")
            #expect(relativeError(narrow[step], got[step], scale: scale) < 1e-5, "step \(step)")
        }
    }

    /// Reverse mode is the transpose of forward mode: ⟨a, J q⟩ = ⟨Jᵀ a, q⟩ through three steps.
    @Test(arguments: all + server)
    func `reverse mode is the transpose of forward mode`(kind: String) throws {
        let optimizer = try either(kind)
        let (gradients, tangents) = vectors(5)
        var numbers = Numbers(state: 11)
        let weights = numbers.vectors(3, of: Self.size)
        let forward = run(optimizer, gradients, tangents: tangents, Double.self).tangents
        let expected = zip(weights, forward).reduce(0) { $0 + dot($1.0, $1.1) }
        let adjoints = adjoints(optimizer, gradients, weights)
        let got = zip(adjoints, tangents).reduce(0) { $0 + dot($1.0, $1.1) }
        #expect(abs(got - expected) < 1e-10 * max(1, abs(expected)))
    }

    /// The gradients' adjoints for these adjoints of the directions, by repeating the steps up to
    /// each one.
    private func adjoints(
        _ optimizer: any Optimizer, _ gradients: [[Double]], _ weights: [[Double]]
    ) -> [[Double]] {
        var plan = BlockLayout()
        var needs = SchedulerNeeds()
        needs.vectors = 3
        let places = StepContext<Double>.Vectors(
            in: &plan, ParameterGroups(count: Self.size), needs, optimizer)
        var step = StepContext<Double>(plan, places)
        step.clearBuffers()
        var result = gradients
        for last in gradients.indices.reversed() {
            for buffer in 0..<optimizer.buffers {
                let place = step.vector(.buffer(buffer))
                step.slots.fill(place, with: 0)
            }
            var states: [[Double]] = []
            for index in 1...2 { states.append(step.slots.values(step.vector(.scheduler(index)))) }
            step.clearBuffers()
            for (index, values) in states.enumerated() {
                step.slots.copy(values.span, to: step.vector(.scheduler(index + 1)))
            }
            step.begin(rate: 0.1, count: 3, optimizer.hyperparameters)
            for index in 0...last {
                let gradient = gradients[index]
                step.slots.copy(gradient.span, to: step.vector(.gradient))
                let direction = optimizer.direction(&step)
                if index < last { step.move(along: direction) }
            }
            let adjoint = weights[last]
            step.slots.copy(adjoint.span, to: step.vector(.scheduler(0)))
            optimizer.directionAdjoint(&step, .scheduler(0), states: 1)
            result[last] = step.slots.values(step.vector(.scheduler(0)))
        }
        return result
    }

    @Test(arguments: all + server)
    func `coordinates without a gradient have no tangent and no NaN`(kind: String) throws {
        let optimizer = try either(kind)
        let zeros = [[Double]](repeating: [0, 0], count: 3)
        let ones = [[Double]](repeating: [0, 1], count: 3)
        let got = run(optimizer, zeros, tangents: ones, Double.self).tangents
        #expect(got.allSatisfy { $0[0] == 0 && $0[1].isFinite })
    }
}
