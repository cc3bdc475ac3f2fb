public import LinearAlgebra

/// How much local work an update is made of.
public struct LocalWork: Equatable, Sendable {
    /// Local steps, K_i.
    public var steps: Int
    /// The mean local rate over the steps; 0 without steps.
    public var meanRate: Double
    /// β_t, the local rate that went out with the task.
    public var localRate: Double
    /// Σ_k a_k of Δ = −Σ_k a_k g_k, from the rate and the momentum of each step (`EffectiveRate`);
    /// nil where all steps had one rate and the configured momentum, or where it is not defined.
    public var effectiveRate: Double?

    /// Local work.
    public init(
        steps: Int, meanRate: Double, localRate: Double, effectiveRate: Double? = nil
    ) {
        (self.steps, self.meanRate, self.localRate) = (steps, meanRate, localRate)
        self.effectiveRate = effectiveRate
    }

    /// Σ_k β_k.
    public var rateSum: Double { Double(steps) * meanRate }
}

/// A correction for the drift of clients towards their own data.
///
/// All of them share one shape. Each local gradient becomes g + o_i + a (w − w_t), with an offset
/// o_i that is constant in the round; updates may be scaled; the server may keep a vector. A
/// client's vector is part of the state that it carries from round to round. The client works out
/// the next one itself. It takes effect only when the update is in an aggregate: a client whose
/// update was lost or dropped keeps what it had.
///
/// Vectors are (parameters) numbers. A client's vector is empty before its first round: it then
/// stands for zeros.
public protocol DriftCorrection: Sendable {
    /// a of the term a/2 ‖w − w_t‖² in each client's loss.
    var proximalWeight: Double { get }
    /// Whether server and clients keep a vector each, and clients get offsets.
    var keepsVectors: Bool { get }
    /// Parameter-sized vectors that a client receives beside the model.
    var vectorsDown: Int { get }
    /// Parameter-sized vectors that a client sends beside its update.
    var vectorsUp: Int { get }
    /// Whether its source averages updates uniformly.
    var averagesUniformly: Bool { get }
    /// Why it can't work with this local optimizer and scheduler, and what would do; nil if it can.
    func incompatibility(with optimizer: any Optimizer, _ scheduler: any ClientScheduler) -> String?
    /// What a user should know about it with this local optimizer and scheduler; nil if nothing.
    func rateWarning(_ optimizer: any Optimizer, _ scheduler: any ClientScheduler) -> String?
    /// Whether the server may only take plain steps of the rate 1.
    var needsUnitServerStep: Bool { get }
    /// Takes the clients' optimizer; called once, before everything but `incompatibility`.
    mutating func start(optimizer: any Optimizer)
    /// A_i: an update counts divided by it, and the aggregate is multiplied by the mean that
    /// `effectiveMean` takes; nil where updates count as they are.
    func effectiveSteps(_ work: LocalWork) -> Double?
    /// What the mean over clients is taken of for τ_eff, where updates are divided.
    func effectiveMean(_ work: LocalWork) -> Double
    /// offset ← o_i.
    ///
    /// - Parameters:
    ///   - server: the server's vector as it was sent; empty where `vectorsDown` is 0.
    ///   - own: the client's vector.
    func makeOffset<S: Scalar>(
        _ offset: inout MutableSpan<S>, server: Span<S>, own: Span<S>)
    /// next ← the client's vector after its round.
    ///
    /// - Parameters:
    ///   - own: its vector before the round.
    ///   - offset: what was added to its gradients.
    ///   - update: Δ_i.
    func updateClientVector<S: Scalar>(
        _ next: inout MutableSpan<S>, own: Span<S>, offset: Span<S>, update: Span<S>,
        _ work: LocalWork)
    /// Whether the server's vector changes with each client's: `advanceServer` is called.
    var advancesServer: Bool { get }
    /// server ← with one client's change counted.
    ///
    /// - Parameters:
    ///   - own: the client's vector before its round.
    ///   - next: the one after it.
    ///   - clients: all of the run.
    func updateServerVector<S: Scalar>(
        _ server: inout MutableSpan<S>, from own: Span<S>, to next: Span<S>, clients: Int)
    /// Ends a round: server ← the server's vector after it, gradient ← the corrected one.
    ///
    /// - Parameters:
    ///   - gradient: the aggregate times −1.
    ///   - share: participants divided by all clients.
    func correctAggregate<S: Scalar>(
        _ server: inout MutableSpan<S>, _ gradient: inout MutableSpan<S>, share: Double)
}

extension DriftCorrection {
    /// Why the correction can't work with several local rates in a step; nil if there is one.
    func incompatibility(withScopeOf scheduler: any ClientScheduler, _ name: String) -> String? {
        let scope = scheduler.needs.scope
        guard scope != .global else { return nil }
        return
            "expected client.scheduler.scope: global with \(name), which uses one local rate in a"
            + " step, found \(scope.rawValue); set scope: global"
    }

    /// Why effective steps can't be counted where a velocity is carried over rounds; nil if none
    /// is.
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

    /// None.
    public var proximalWeight: Double { 0 }
    /// They don't.
    public var keepsVectors: Bool { false }
    /// None.
    public var vectorsDown: Int { 0 }
    /// None.
    public var vectorsUp: Int { 0 }
    /// By samples is as good.
    public var averagesUniformly: Bool { false }
    /// It may do what it wants.
    public var needsUnitServerStep: Bool { false }
    /// It works with all.
    public func incompatibility(with optimizer: any Optimizer, _ scheduler: any ClientScheduler)
        -> String?
    { nil }
    /// By default there is nothing that a user should know.
    public func rateWarning(_ optimizer: any Optimizer, _ scheduler: any ClientScheduler) -> String?
    {
        nil
    }
    /// Of no importance.
    public mutating func start(optimizer: any Optimizer) {}
    /// As they are.
    public func effectiveSteps(_ work: LocalWork) -> Double? { nil }
    /// The effective steps.
    public func effectiveMean(_ work: LocalWork) -> Double { effectiveSteps(work) ?? 1 }
    /// By default nothing is added to gradients.
    public func makeOffset<S: Scalar>(
        _ offset: inout MutableSpan<S>, server: Span<S>, own: Span<S>
    ) {}
    /// By default clients keep no vector.
    public func updateClientVector<S: Scalar>(
        _ next: inout MutableSpan<S>, own: Span<S>, offset: Span<S>, update: Span<S>,
        _ work: LocalWork
    ) {}
    /// By default the server's vector does not depend on the clients' vectors.
    public var advancesServer: Bool { false }
    /// By default the server's vector does not depend on the clients' vectors.
    public func updateServerVector<S: Scalar>(
        _ server: inout MutableSpan<S>, from own: Span<S>, to next: Span<S>, clients: Int
    ) {}
    /// By default the aggregate counts as it is.
    public func correctAggregate<S: Scalar>(
        _ server: inout MutableSpan<S>, _ gradient: inout MutableSpan<S>, share: Double
    ) {}
}
