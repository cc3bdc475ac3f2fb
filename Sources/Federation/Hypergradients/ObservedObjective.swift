import LearningRates
import LinearAlgebra

/// A client's objective in double precision that counts the requested gradients. It can be
/// replayed, and it can measure E on all validation samples of the client.
struct ObservedObjective: ReplayableObjective, ~Copyable {
    typealias S = Double

    private var problem: NetworkObjective<Double>
    private let batches: [[Int32]]
    private let validation: [Int32]
    private let part: Int
    private let scratch: Vector
    private var usesAllValidation = false
    /// The number of requested gradients so far. A product with a matrix counts 2, a loss counts
    /// 1/3.
    private(set) var gradients = 0.0

    /// Wraps the objective of a client.
    ///
    /// - Parameters:
    ///   - batches: the batches of the steps.
    ///   - validation: the samples that E is measured on.
    ///   - part: how many of these samples are used at a time.
    ///   - scratch: a vector for their gradients.
    init(
        _ problem: consuming NetworkObjective<Double>, batches: [[Int32]], validation: [Int32],
        part: Int, scratch: Vector
    ) {
        self.problem = problem
        (self.batches, self.validation) = (batches, validation)
        (self.part, self.scratch) = (part, scratch)
    }

    var weightDecay: Double {
        get { problem.weightDecay }
        set { problem.weightDecay = newValue }
    }

    mutating func select(step: Int, _ slots: inout VectorBlock<Double>) {
        problem.gatherBatch(batches[step][...], &slots)
    }

    mutating func selectAllValidation(_ slots: inout VectorBlock<Double>) {
        usesAllValidation = true
    }

    mutating func gradient(
        _ slots: inout VectorBlock<Double>, at weights: Vector, into gradient: Vector
    ) -> BatchLoss {
        gradients += 1
        return problem.gradient(&slots, at: weights, into: gradient)
    }

    mutating func hessianProduct(
        _ slots: inout VectorBlock<Double>, at weights: Vector, along direction: Vector,
        into product: Vector
    ) {
        gradients += 2
        problem.hessianProduct(&slots, at: weights, along: direction, into: product)
    }

    mutating func gaussNewtonProduct(
        _ slots: inout VectorBlock<Double>, at weights: Vector, along direction: Vector,
        into product: Vector
    ) {
        gradients += 2
        problem.gaussNewtonProduct(&slots, at: weights, along: direction, into: product)
    }

    mutating func nextValidationBatch(_ slots: inout VectorBlock<Double>) {
        usesAllValidation = false
        problem.nextValidationBatch(&slots)
    }

    mutating func validationGradient(
        _ slots: inout VectorBlock<Double>, at weights: Vector, into gradient: Vector
    ) -> BatchLoss {
        gradients += 1
        guard usesAllValidation else {
            return problem.validationGradient(&slots, at: weights, into: gradient)
        }
        var total = BatchLoss(sum: 0, count: 0)
        slots.fill(gradient, with: 0)
        for start in stride(from: 0, to: validation.count, by: part) {
            let samples = validation[start..<min(start + part, validation.count)]
            problem.gatherValidationBatch(samples, &slots)
            let loss = problem.validationGradient(&slots, at: weights, into: scratch)
            total.sum += loss.sum
            total.count += loss.count
            slots.add(
                scratch, times: Double(samples.count) / Double(validation.count), to: gradient)
        }
        return total
    }

    mutating func validationLoss(_ slots: inout VectorBlock<Double>, at weights: Vector)
        -> BatchLoss
    {
        gradients += 1.0 / 3
        return problem.validationLoss(&slots, at: weights)
    }
}
