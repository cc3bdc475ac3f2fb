/// Floats that lie somewhere outside a block: in shared memory, in the body of a message.
public protocol HeldFloats {
    /// Lends the floats for reading.
    func withFloats<R, E: Error>(_ body: (Span<Float>) throws(E) -> R) throws(E) -> R
}

/// The client state: what a client carries over from its last round to its next one.
public struct ClientState<Floats: HeldFloats> {
    /// The round that it comes from; 0 before the client's first round.
    public var round: UInt32 = 0
    /// Its numbers, as its process wrote them; empty before its first round.
    public var bytes: [UInt8] = []
    /// How many vectors of (parameters) floats it carries.
    public var vectorCount: UInt16 = 0
    /// These vectors, one after the other; nil where there are none.
    public var vectors: Floats?

    /// The state before a client's first round.
    public init() {}
}

/// What all clients carry. The coordinator keeps it and never copies a vector: it holds each one
/// where it arrived and hands on its place.
///
/// A new state takes effect when its round is committed. Until then the old one is kept beside it:
/// the server's vector may change with both, and a round that is given up leaves no trace.
public struct ClientStates<Floats: HeldFloats> {
    // Looked up only, so that their order does not matter.
    var states: [UInt32: ClientState<Floats>] = [:]
    private var next: [UInt32: ClientState<Floats>] = [:]

    /// The states before the first round.
    public init() {}

    /// The state that a client starts its next round with.
    public func state(of client: UInt32) -> ClientState<Floats> { states[client] ?? ClientState() }

    /// Takes what a client whose update was added carries on.
    ///
    /// - Parameter vectors: as many as the report counts.
    public mutating func record(_ report: ClientReport, _ vectors: Floats?) {
        guard !report.state.isEmpty || report.carriedVectors > 0 else { return }
        var state = ClientState<Floats>()
        state.round = report.round
        (state.bytes, state.vectorCount) = (report.state, report.carriedVectors)
        state.vectors = report.carriedVectors > 0 ? vectors : nil
        next[report.client] = state
    }

    /// Ends a round: what these clients carry on takes effect, and all else is forgotten.
    ///
    /// - Parameter reports: of the participants.
    public mutating func commit(_ reports: [ClientReport]) {
        guard !next.isEmpty else { return }
        for report in reports {
            if let state = next.removeValue(forKey: report.client) { states[report.client] = state }
        }
        next.removeAll(keepingCapacity: true)
    }

    /// Lends a client's first vector, before its round (empty where it had none) and after it; does
    /// nothing where there is no new one.
    ///
    /// - Parameter count: the parameters.
    func withFirstVectors(
        of client: UInt32, count: Int, _ body: (_ own: Span<Float>, _ next: Span<Float>) -> Void
    ) {
        guard let next = next[client]?.vectors else { return }
        next.withFloats { next in
            guard next.count >= count else { return }
            let new = next.extracting(first: count)
            guard let old = states[client]?.vectors else { return body(Span(), new) }
            old.withFloats { old in body(old.extracting(first: min(count, old.count)), new) }
        }
    }
}
