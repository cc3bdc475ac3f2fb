/// The velocity of gradient descent, v ← m v + (1 − dampening) g, and the direction that follows
/// from it.
///
/// An optimizer has one if its direction is linear in its gradients. The momentum m may be 0.
public struct HeavyBall: Equatable, Sendable {
    /// The momentum m, 0..<1.
    public var momentum: Double
    /// Whether the direction is g + m v instead of v.
    public var isNesterov: Bool
    /// The dampening: a gradient counts 1 − dampening in the velocity, after the first gradient.
    public var dampening: Double

    /// Creates a velocity from its numbers.
    public init(momentum: Double, isNesterov: Bool = false, dampening: Double = 0) {
        (self.momentum, self.isNesterov, self.dampening) = (momentum, isNesterov, dampening)
    }

    /// Whether there is momentum without Nesterov's form and without dampening.
    public var isPlain: Bool { !isNesterov && dampening == 0 }
}

/// The squares of gradients whose root an optimizer divides by.
public enum SquaresUnderRoot: Sendable {
    /// The sum of all squares, as in AdaGrad.
    case sum
    /// A decaying mean of squares, below the gradient itself, as in RMSProp.
    case mean
    /// A decaying mean of squares, below a mean of gradients, as in Adam and Yogi.
    case meanBelowMean
}

/// The hyperparameters of an optimizer that a level of a `Tower` above it can move.
public struct TunableNumbers: Sendable {
    /// A hyperparameter with a vector of its slope ∂d/∂a, which `Optimizer.recordSlopes` writes.
    public enum Name: String, Sendable {
        /// The momentum m of gradient descent.
        case momentum
        /// The decay β1 of Adam.
        case beta1
        /// The decay β2 of Adam.
        case beta2
        /// The decay γ of RMSProp.
        case decay
    }

    /// The hyperparameters whose slopes the optimizer can record, in order. There are two at most.
    public var names: [Name]
    /// Whether the optimizer has decays whose slopes it cannot record.
    public var hasOthers: Bool
    /// Whether the level above moves the root of the rate, which is the published convention for
    /// RMSProp.
    public var movesRootOfRate: Bool

    /// Creates the list; without arguments only the rate can be moved.
    public init(_ names: [Name] = [], hasOthers: Bool = false, movesRootOfRate: Bool = false) {
        (self.names, self.hasOthers) = (names, hasOthers)
        self.movesRootOfRate = movesRootOfRate
    }
}

extension Hyperparameters {
    /// The value of the hyperparameter with this name.
    package subscript(name: TunableNumbers.Name) -> Double {
        get {
            switch name {
            case .momentum: momentum
            case .beta1: beta1
            case .beta2: beta2
            case .decay: decay
            }
        }
        set {
            switch name {
            case .momentum: momentum = newValue
            case .beta1: beta1 = newValue
            case .beta2: beta2 = newValue
            case .decay: decay = newValue
            }
        }
    }
}

extension Optimizer {
    /// Returns the message of a rule that needs plain gradient descent, for another optimizer. It
    /// has the form "expected X, found Y; do Z".
    ///
    /// - Parameter kind: the kind of the rule.
    package func plainDescentProblem(_ kind: String) -> String {
        let found = heavyBall.map { "a momentum of \($0.momentum)" } ?? "another optimizer"
        return
            "expected plain gradient descent (client.optimizer: sgd without momentum) for \(kind),"
            + " found \(found); set client.optimizer: sgd"
    }
}
