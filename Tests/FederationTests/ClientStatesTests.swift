import Federation
import Testing

@Suite struct `Client states` {
    /// Vectors that are in memory or stored.
    private struct Vectors: HeldFloats {
        var values: [Float]
        var isStored = false
        func withFloats<R, E: Error>(_ body: (Span<Float>) throws(E) -> R) throws(E) -> R {
            try body(values.span)
        }
    }

    private func report(_ client: UInt32, _ round: UInt32) -> ClientReport {
        ClientReport(
            round: round, client: client, attempt: 1, samples: 1, steps: 1, meanLoss: 0,
            squaredNorm: 0,
            rates: RateTrace(first: 0, last: 0, smallest: 0, largest: 0, mean: 0),
            carriedVectors: 1, seconds: 0)
    }

    private func train(
        _ clients: [UInt32], _ round: UInt32, _ states: inout ClientStates<Vectors>
    ) {
        let reports = clients.map { report($0, round) }
        for report in reports { states.record(report, Vectors(values: [Float(round)])) }
        states.commit(reports)
    }

    private func stored(_ states: ClientStates<Vectors>) -> [UInt32] {
        (0..<10).filter { states.state(of: $0).vectors?.isStored == true }
    }

    @Test func `leave memory in the order of their rounds`() {
        var states = ClientStates<Vectors>()
        func keep(_ most: Int) -> [UInt32] {
            states.keep(inMemory: most) { Vectors(values: $0.values, isStored: true) }
            return stored(states)
        }
        train([4, 1, 7], 0, &states)
        #expect(keep(3) == [])
        train([1, 2], 1, &states)
        #expect(keep(3) == [4])
        // Client 4 is in memory again after its next round, and the oldest one is client 7.
        train([4], 2, &states)
        #expect(keep(3) == [7])
        #expect(keep(0) == [1, 2, 4, 7])
        #expect((1...4).map { states.state(of: $0).vectors?.values } == [[1], [1], nil, [2]])
    }

    @Test func `stay in memory if there is no room elsewhere`() {
        var states = ClientStates<Vectors>()
        train([0, 1, 2, 3], 0, &states)
        var room = 1
        states.keep(inMemory: 1) { vectors in
            room -= 1
            return room < 0 ? nil : Vectors(values: vectors.values, isStored: true)
        }
        #expect(stored(states) == [0])
        states.keep(inMemory: 1) { Vectors(values: $0.values, isStored: true) }
        #expect(stored(states) == [0, 1, 2])
    }
}
