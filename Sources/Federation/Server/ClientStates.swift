/// Floats outside a block: in shared memory, or in the body of a message.
public protocol HeldFloats {
    /// Passes the floats to `body` for reading.
    func withFloats<R, E: Error>(_ body: (Span<Float>) throws(E) -> R) throws(E) -> R
}

/// The client state: the values that a client carries over from its last round to its next one.
public struct ClientState<Floats: HeldFloats> {
    /// The round that the state comes from; 0 before the client's first round.
    public var round: UInt32 = 0
    /// The bytes of the state, as the client process wrote them; empty before the first round.
    public var bytes: [UInt8] = []
    /// The number of vectors, shape (parameters), that the client carries over.
    public var vectorCount: UInt16 = 0
    /// These vectors, one after the other; nil if there are none.
    public var vectors: Floats?

    /// The state before a client's first round.
    public init() {}
}

/// The client states of all clients. The coordinator never copies a vector. It keeps each vector
/// where the vector arrived, and passes on its location.
///
/// A new state takes effect at the commit of its round. Until then the old state is kept beside it.
/// The server's vector can change with both, and a round that is given up leaves no trace.
public struct ClientStates<Floats: HeldFloats> {
    // Only single clients are read from the dictionary, so its order does not matter.
    var states: [UInt32: ClientState<Floats>] = [:]
    private var next: [UInt32: ClientState<Floats>] = [:]
    /// The clients whose vectors are in memory. They are sorted before use, so the order of the set
    /// does not matter.
    private var inMemory: Set<UInt32> = []

    /// Creates the states before the first round.
    public init() {}

    /// Returns the state with which a client starts its next round.
    public func state(of client: UInt32) -> ClientState<Floats> { states[client] ?? ClientState() }

    /// Stores the new state of a client whose update was added.
    ///
    /// - Parameter vectors: the carried vectors. The report gives their number.
    public mutating func record(_ report: ClientReport, _ vectors: Floats?) {
        guard !report.state.isEmpty || report.carriedVectors > 0 else { return }
        var state = ClientState<Floats>()
        state.round = report.round
        (state.bytes, state.vectorCount) = (report.state, report.carriedVectors)
        state.vectors = report.carriedVectors > 0 ? vectors : nil
        next[report.client] = state
    }

    /// Ends a round. The new states of these clients take effect, and all other new states are
    /// removed.
    ///
    /// - Parameter reports: the reports of the participants.
    public mutating func commit(_ reports: [ClientReport]) {
        guard !next.isEmpty else { return }
        for report in reports {
            if let state = next.removeValue(forKey: report.client) {
                states[report.client] = state
                if state.vectors != nil { inMemory.insert(report.client) }
            }
        }
        next.removeAll(keepingCapacity: true)
    }

    /// Removes all states, before others are read.
    mutating func removeAll() {
        (states, inMemory) = ([:], [])
    }

    /// Adds a state that was read.
    mutating func insert(_ state: ClientState<Floats>, of client: UInt32) {
        states[client] = state
        if state.vectors != nil { inMemory.insert(client) }
    }

    /// Moves the vectors of the oldest states out of memory, until at most this many are in memory.
    ///
    /// - Parameter store: returns the same vectors in another location, or nil if there is no room.
    ///   Then the other states stay in memory too.
    public mutating func keep(inMemory most: Int, store: (Floats) -> Floats?) {
        guard inMemory.count > most else { return }
        let order = inMemory.map { (round: states[$0]?.round ?? 0, client: $0) }.sorted {
            ($0.round, $0.client) < ($1.round, $1.client)
        }
        for (_, client) in order.prefix(inMemory.count - most) {
            guard let vectors = states[client]?.vectors, let stored = store(vectors) else { return }
            states[client]?.vectors = stored
            inMemory.remove(client)
        }
    }

    /// Passes a client's first vector before its round and after it to `body`. The vector before is
    /// empty if the client had none. If there is no new vector, nothing is called.
    ///
    /// - Parameter count: the number of parameters.
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
