import ClientRules
import LearningRates
import LinearAlgebra
import RandomStreams
import TestSupport
import Testing

/// The derivatives that a tower records of its bottom, against differences of the optimizers
/// themselves: also for conventions that the published package does not have.
@Suite struct `What the bottom of a tower records` {
    private static let cases: [(optimizer: String, name: String)] = [
        ("{ kind: sgd, momentum: 0.8 }", "momentum"),
        ("{ kind: sgd, momentum: 0.8, nesterov: true }", "momentum"),
        ("adam", "beta1"), ("adam", "beta2"),
        ("{ kind: adam, beta2: 0.9, bias_correction: false }", "beta1"),
        ("{ kind: adam, beta2: 0.9, bias_correction: false }", "beta2"),
        ("{ kind: adam, beta2: 0.9, initial_square: 0.01 }", "beta2"),
        ("{ kind: adam, beta2: 0.9, epsilon: 0.1, epsilon_place: before_correction }", "beta2"),
        ("{ kind: sgd, momentum: 0.8, dampening: 0.5 }", "momentum"),
        ("rmsprop", "decay"), ("{ kind: rmsprop, epsilon: 0.1 }", "decay"),
        ("{ kind: rmsprop, epsilon: 0.1, epsilon_inside_root: true }", "decay"),
    ]
    private static let rate = 0.3

    private static func path(_ name: String) -> WritableKeyPath<Hyperparameters, Double> {
        switch name {
        case "momentum": \.momentum
        case "beta1": \.beta1
        case "beta2": \.beta2
        default: \.decay
        }
    }

    /// Where the steps lead if a hyperparameter is another at the last of them.
    private func weights(
        _ optimizer: any Optimizer, _ gradients: ArraySlice<[Double]>, _ name: String,
        plus change: Double
    ) -> [Double] {
        var plan = BlockLayout()
        let places = StepContext<Double>.Vectors(
            in: &plan, ParameterGroups(count: gradients.first?.count ?? 0), SchedulerNeeds(),
            optimizer)
        var step = StepContext<Double>(plan, places)
        step.clearBuffers()
        step.begin(rate: Self.rate, count: gradients.count, optimizer.hyperparameters)
        for (index, gradient) in gradients.enumerated() {
            if index == gradients.count - 1 {
                step.hyperparameters[keyPath: Self.path(name)] += change
            }
            step.slots.copy(gradient.span, to: step.vector(.gradient))
            step.move(along: optimizer.direction(&step))
        }
        return step.slots.values(step.vector(.weights))
    }

    @Test(arguments: cases, 1..<6)
    func `is the derivative of the last step`(
        it: (optimizer: String, name: String), steps: Int
    ) throws {
        var numbers = Numbers(state: UInt64(steps))
        // Numbers away from 0, where the roots are smooth.
        let gradients = numbers.vectors(steps + 1, of: 5).map {
            $0.map { $0 + ($0 < 0 ? -0.2 : 0.2) }
        }
        let made = try optimizer(it.optimizer)
        // Small next to 1 − β2.
        let difference = 2e-7
        let (above, below) = (
            weights(made, gradients[..<steps], it.name, plus: difference),
            weights(made, gradients[..<steps], it.name, plus: -difference)
        )
        let slopes = zip(above, below).map { ($0 - $1) / (2 * difference) }
        let expected = dot(gradients[steps], slopes)

        var tower = try component(
            "{ kind: tower, levels: [{ kind: sgd, learning_rate: 0 }] }", from: clientSchedulers)
        tower.start(localRate: Self.rate, optimizer: made)
        var layout = BlockLayout()
        let places = StepContext<Double>.Vectors(
            in: &layout, ParameterGroups(count: 5), tower.needs, made)
        var local = LocalOptimization(layout, places, scheduler: tower, optimizer: made)
        var problem = GivenGradients(gradients)
        try local.begin(
            rate: Self.rate, count: gradients.count, key: .init(seed: 1, .scheduler), state: [],
            &problem)
        for _ in gradients { _ = local.takeStep(&problem) }
        let readings = Dictionary(
            uniqueKeysWithValues: local.readings.map { ($0.name, $0.value) })
        // Momenta are raw numbers themselves; of decays the raw number's derivative is 2 β (1 − β).
        let value = try #require(readings["level0.\(it.name)"])
        let chain = it.name == "momentum" ? 1 : 2 * value * (1 - value)
        let got = try #require(readings["level0.\(it.name).hypergradient"]) / chain
        #expect(abs(got - expected) <= 1e-5 * max(abs(expected), 0.1), "\(got), \(expected)")
    }
}
