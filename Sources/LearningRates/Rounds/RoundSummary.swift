/// The numbers of one round that a server scheduler reads. They are also in rounds.csv.
public struct RoundSummary: Equatable, Sendable {
    /// The round, from 0.
    public var round: Int
    /// ‖Δ_t‖², the squared norm of the aggregate before any global rate.
    public var squaredNorm: Double
    /// ⟨Δ_t, Δ_{t−1}⟩; nil in the first round.
    public var productWithPrevious: Double?
    /// ‖Δ_{t−1}‖²; nil in the first round.
    public var previousSquaredNorm: Double?
    /// The product with the first other vector that the scheduler names and that exists. Nearly all
    /// rules name one at most, so a round then allocates no memory.
    private var reference: ReferenceProduct?
    /// The products with all further vectors.
    private var furtherReferences: [ReferenceProduct] = []
    /// The statistics of the updates.
    public var updates: UpdateStatistics

    /// Creates a summary from its numbers.
    public init(
        round: Int, squaredNorm: Double, alignment: Double? = nil,
        previousSquaredNorm: Double? = nil, updates: UpdateStatistics = UpdateStatistics()
    ) {
        self.round = round
        self.squaredNorm = squaredNorm
        self.productWithPrevious = alignment
        self.previousSquaredNorm = previousSquaredNorm
        self.updates = updates
    }

    /// The products with the other vectors that the scheduler names, in its order. Vectors that do
    /// not exist yet are left out.
    public var references: [ReferenceProduct] {
        (reference.map { [$0] } ?? []) + furtherReferences
    }

    /// Adds the product with one more vector.
    public mutating func append(_ product: ReferenceProduct) {
        if reference == nil { reference = product } else { furtherReferences.append(product) }
    }

    private func reference(to vector: ReferenceVector) -> ReferenceProduct? {
        if let reference, reference.vector == vector { return reference }
        return furtherReferences.first { $0.vector == vector }
    }

    /// Returns ⟨Δ_t, v⟩, or nil if v does not exist yet.
    public func product(with vector: ReferenceVector) -> Double? {
        vector == .previousAggregate
            ? productWithPrevious : reference(to: vector)?.product
    }

    /// Returns the cosine of Δ_t and v, or nil if it is not defined.
    public func cosine(with vector: ReferenceVector) -> Double? {
        guard vector != .previousAggregate else { return cosine }
        guard let other = reference(to: vector) else { return nil }
        return LearningRates.cosine(other.product, squaredNorm, other.squaredNorm)
    }

    /// The cosine of Δ_t and Δ_{t−1}; nil if it is not defined.
    public var cosine: Double? {
        guard let productWithPrevious, let previousSquaredNorm else { return nil }
        return LearningRates.cosine(productWithPrevious, squaredNorm, previousSquaredNorm)
    }

    /// Σ p_i ‖Δ_i‖² / ‖Δ_t‖²: 1 if all updates are equal, and larger the more they differ; nil if
    /// the aggregate is 0.
    public var diversity: Double? {
        guard let mean = updates.meanSquaredNorm, squaredNorm > 0 else { return nil }
        return mean / squaredNorm
    }
}

/// The inner product of a round's aggregate with a reference vector v.
public struct ReferenceProduct: Equatable, Sendable {
    /// The reference vector v.
    public var vector: ReferenceVector
    /// The inner product ⟨Δ_t, v⟩.
    public var product: Double
    /// The squared norm ‖v‖².
    public var squaredNorm: Double

    /// Creates a product from its numbers.
    public init(_ vector: ReferenceVector, product: Double, squaredNorm: Double) {
        (self.vector, self.product, self.squaredNorm) = (vector, product, squaredNorm)
    }
}
