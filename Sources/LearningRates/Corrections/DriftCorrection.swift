public import LinearAlgebra

/// The local work behind an update.
public struct LocalWork: Equatable, Sendable {
    /// The number of local steps, K_i.
    public var steps: Int
    /// The mean local rate over the steps; 0 without steps.
    public var meanRate: Double
    /// The local rate β_t of the task.
    public var localRate: Double
    /// Σ_k a_k of Δ = −Σ_k a_k g_k, from the rate and the momentum of each step (`EffectiveRate`).
    /// It is nil if all steps had one rate and the momentum of the settings, or if it is not
    /// defined.
    public var effectiveRate: Double?

    /// Creates the local work from its numbers.
    public init(
        steps: Int, meanRate: Double, localRate: Double, effectiveRate: Double? = nil
    ) {
        (self.steps, self.meanRate, self.localRate) = (steps, meanRate, localRate)
        self.effectiveRate = effectiveRate
    }

    /// The sum of the local rates, Σ_k β_k.
    public var rateSum: Double { Double(steps) * meanRate }
}

/// A correction for the drift of clients towards their own data.
///
/// All drift corrections have one form. Each local gradient becomes g + o_i + a (w − w_t), with an
/// offset o_i that is constant in the round. Updates may be scaled, and the server may keep a
/// vector.
///
/// A client's vector is part of its client state. The client computes the next value itself. This
/// value takes effect only if the update is in an aggregate. If the update is lost or dropped, the
/// client keeps the old vector.
///
/// Vectors have the shape (parameters). Before a client's first round its vector is empty, which
/// means zeros.
public protocol DriftCorrection: Sendable {
    /// The weight a of the term a/2 ‖w − w_t‖² in each client's loss.
    var proximalWeight: Double { get }
    /// Whether server and clients keep a vector each, and clients get offsets.
    var keepsVectors: Bool { get }
    /// The number of vectors of the model's size that a client receives beside the model.
    var vectorsDown: Int { get }
    /// The number of vectors of the model's size that a client sends beside its update.
    var vectorsUp: Int { get }
    /// Whether the source of the method averages updates uniformly.
    var averagesUniformly: Bool { get }
    /// Returns why the correction does not work with this local optimizer and scheduler, and what
    /// to do. Returns nil if it works. The text has the form "expected X, found Y; do Z".
    func incompatibility(with optimizer: any Optimizer, _ scheduler: any ClientScheduler) -> String?
    /// Returns a warning about this local optimizer and scheduler, or nil if there is none. The
    /// text has the form "expected X, found Y; EFFECT; do Z".
    func rateWarning(_ optimizer: any Optimizer, _ scheduler: any ClientScheduler) -> String?
    /// Whether the server must take plain steps with rate 1.
    var needsUnitServerStep: Bool { get }
    /// Receives the clients' optimizer. It is called once, before all other functions except
    /// `incompatibility`.
    mutating func start(optimizer: any Optimizer)
    /// Returns A_i. The update is divided by A_i, and the aggregate is multiplied by the mean of
    /// `effectiveMean`. Returns nil if updates are not scaled.
    func effectiveSteps(_ work: LocalWork) -> Double?
    /// Returns the value whose mean over clients is τ_eff, if updates are divided.
    func effectiveMean(_ work: LocalWork) -> Double
    /// Computes the offset o_i.
    ///
    /// - Parameters:
    ///   - server: the server's vector as it was sent; empty if `vectorsDown` is 0.
    ///   - own: the client's vector.
    func makeOffset<S: Scalar>(
        _ offset: inout MutableSpan<S>, server: Span<S>, own: Span<S>)
    /// Computes the client's vector after its round.
    ///
    /// - Parameters:
    ///   - own: the client's vector before the round.
    ///   - offset: the offset that was added to its gradients.
    ///   - update: Δ_i.
    func updateClientVector<S: Scalar>(
        _ next: inout MutableSpan<S>, own: Span<S>, offset: Span<S>, update: Span<S>,
        _ work: LocalWork)
    /// Whether the server's vector changes with each client's vector. Then `updateServerVector` is
    /// called.
    var advancesServer: Bool { get }
    /// Updates the server's vector with the change of one client's vector.
    ///
    /// - Parameters:
    ///   - own: the client's vector before its round.
    ///   - next: the client's vector after its round.
    ///   - clients: the number of all clients of the run.
    func updateServerVector<S: Scalar>(
        _ server: inout MutableSpan<S>, from own: Span<S>, to next: Span<S>, clients: Int)
    /// Ends a round: computes the server's vector after it and corrects the gradient.
    ///
    /// - Parameters:
    ///   - gradient: the aggregate times −1.
    ///   - share: participants divided by all clients.
    func correctAggregate<S: Scalar>(
        _ server: inout MutableSpan<S>, _ gradient: inout MutableSpan<S>, share: Double)
}

extension DriftCorrection {
    /// Returns the reason if a step has several local rates, which the correction does not support.
    /// Returns nil if it has one rate.
    func incompatibility(withScopeOf scheduler: any ClientScheduler, _ name: String) -> String? {
        let scope = scheduler.needs.scope
        guard scope != .global else { return nil }
        return
            "expected client.scheduler.scope: global with \(name), which uses one local rate in a"
            + " step, found \(scope.rawValue); set scope: global"
    }

    /// Returns why the correction does not work with a rule that steps along other vectors than
    /// gradients. Returns nil if the rule leaves the gradients unchanged.
    func incompatibility(withGradientsOf scheduler: any ClientScheduler, _ name: String) -> String?
    {
        guard scheduler.needs.rewritesGradient else { return nil }
        return "expected a client scheduler that leaves gradients unchanged with \(name), found one"
            + " that adds another vector to each gradient; set training.correction: none, or choose"
            + " another client.scheduler"
    }

    /// Returns the reason if the velocity is carried over between rounds, because effective steps
    /// then cannot be counted. Returns nil if the velocity is not carried over.
    func incompatibility(
        withVelocityOf optimizer: any Optimizer, _ scheduler: any ClientScheduler, _ name: String
    ) -> String? {
        guard optimizer.hyperparameters.momentum > 0, scheduler.carried.includesOptimizer else {
            return nil
        }
        return "expected client.scheduler.carry: lr_only or reset with \(name), which counts"
            + " effective steps from a velocity of 0 in each round, found"
            + " \(scheduler.needs.carry.rawValue); set carry: lr_only"
    }

    /// By default, a correction has no proximal term.
    public var proximalWeight: Double { 0 }
    /// By default, server and clients keep no vectors.
    public var keepsVectors: Bool { false }
    /// By default, the server sends no vector beside the model.
    public var vectorsDown: Int { 0 }
    /// By default, a client sends no vector beside its update.
    public var vectorsUp: Int { 0 }
    /// By default, a correction works with every weighting of updates.
    public var averagesUniformly: Bool { false }
    /// By default, the server can take any step.
    public var needsUnitServerStep: Bool { false }
    /// Returns nil. By default, a correction works with every local optimizer and scheduler.
    public func incompatibility(with optimizer: any Optimizer, _ scheduler: any ClientScheduler)
        -> String?
    { nil }
    /// Returns nil. By default, a correction has no warning.
    public func rateWarning(_ optimizer: any Optimizer, _ scheduler: any ClientScheduler) -> String?
    {
        nil
    }
    /// Does nothing. By default, a correction does not depend on the clients' optimizer.
    public mutating func start(optimizer: any Optimizer) {}
    /// Returns nil. By default, updates are not scaled.
    public func effectiveSteps(_ work: LocalWork) -> Double? { nil }
    /// Returns the effective steps. By default, τ_eff is their mean.
    public func effectiveMean(_ work: LocalWork) -> Double { effectiveSteps(work) ?? 1 }
    /// Does nothing. By default, no offset is added to gradients.
    public func makeOffset<S: Scalar>(
        _ offset: inout MutableSpan<S>, server: Span<S>, own: Span<S>
    ) {}
    /// Does nothing. By default, clients keep no vector.
    public func updateClientVector<S: Scalar>(
        _ next: inout MutableSpan<S>, own: Span<S>, offset: Span<S>, update: Span<S>,
        _ work: LocalWork
    ) {}
    /// By default, the server's vector does not depend on the clients' vectors.
    public var advancesServer: Bool { false }
    /// Does nothing. By default, the server's vector does not depend on the clients' vectors.
    public func updateServerVector<S: Scalar>(
        _ server: inout MutableSpan<S>, from own: Span<S>, to next: Span<S>, clients: Int
    ) {}
    /// Does nothing. By default, the aggregate is not corrected.
    public func correctAggregate<S: Scalar>(
        _ server: inout MutableSpan<S>, _ gradient: inout MutableSpan<S>, share: Double
    ) {}
}
