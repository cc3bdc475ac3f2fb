import LearningRates
import LinearAlgebra
import Testing

/// A correction at work on three parameters in Double, as clients and coordinator use it.
private struct Corrected {
    let correction: any DriftCorrection
    let clients: Int
    var server: [Double]
    /// The clients' vectors; nil before a client's first round.
    var own: [[Double]?]

    init(
        _ yaml: String, clients: Int, parameters: Int = 3, optimizer words: String = "sgd"
    ) throws {
        var correction = try component(yaml, from: driftCorrections)
        correction.start(optimizer: try optimizer(words))
        self.correction = correction
        self.clients = clients
        server = [Double](repeating: 0, count: parameters)
        own = [[Double]?](repeating: nil, count: clients)
    }

    func offset(_ client: Int) -> [Double] {
        // What an earlier client left there must not matter.
        var offset = [Double](repeating: .nan, count: server.count)
        var span = offset.mutableSpan
        let sent = correction.vectorsDown > 0 ? server : []
        let vector = own[client] ?? []
        correction.makeOffset(&span, server: sent.span, own: vector.span)
        return offset
    }

    /// The client's vector after its round.
    func next(_ client: Int, update: [Double], _ work: LocalWork) -> [Double] {
        guard correction.keepsVectors else { return [] }
        let offset = offset(client)
        var next = [Double](repeating: .nan, count: server.count)
        var span = next.mutableSpan
        let vector = own[client] ?? []
        correction.updateClientVector(
            &span, own: vector.span, offset: offset.span, update: update.span, work)
        return next
    }

    /// The end of a round; the corrected aggregate.
    mutating func commit(_ next: [(client: Int, vector: [Double])], aggregate: [Double])
        -> [Double]
    {
        var gradient = aggregate.map { -$0 }
        var after = server
        var serverSpan = after.mutableSpan
        var gradientSpan = gradient.mutableSpan
        for (client, vector) in next {
            let old = own[client] ?? []
            if correction.advancesServer {
                correction.updateServerVector(
                    &serverSpan, from: old.span, to: vector.span, clients: clients)
            }
            own[client] = vector
        }
        correction.correctAggregate(
            &serverSpan, &gradientSpan, share: Double(next.count) / Double(clients))
        server = after
        return gradient.map { -$0 }
    }
}

@Suite struct `Drift corrections by hand` {
    private func isClose(_ x: [Double], _ y: [Double]) -> Bool {
        x.count == y.count && zip(x, y).allSatisfy { abs($0 - $1) < 1e-14 }
    }

    private let two = LocalWork(steps: 2, meanRate: 0.5, localRate: 0.5)

    /// Two of four clients, K β = 1, so c_i⁺ = c_i − c − Δ_i.
    ///
    /// Round 0, all zero: Δ_0 = (1, 0, 2), Δ_1 = (0, −1, 2): c_0 = (−1, 0, −2), c_1 = (0, 1, −2),
    /// c = (c_0 + c_1)/4 = (−0.25, 0.25, −1).
    /// Round 1, clients 0 and 2: offsets c − c_0 = (0.75, 0.25, 1) and c. Δ_0 = (0.5, 0, 0),
    /// Δ_2 = (0, 0, 1): c_0⁺ = −offset − Δ = (−1.25, −0.25, −1), c_2⁺ = (0.25, −0.25, 0);
    /// c += ((−0.25, −0.25, 1) + (0.25, −0.25, 0))/4 = (−0.25, 0.125, −0.75).
    @Test func `SCAFFOLD, option II`() throws {
        var state = try Corrected("scaffold", clients: 4)
        for client in 0..<4 {
            let offset = state.offset(client)
            #expect(offset == [0, 0, 0])
        }
        let first = state.next(0, update: [1, 0, 2], two)
        let second = state.next(1, update: [0, -1, 2], two)
        #expect(isClose(first, [-1, 0, -2]) && isClose(second, [0, 1, -2]))
        // Nothing changes before the round is committed.
        let before = state.server
        #expect(before == [0, 0, 0])
        let aggregate = state.commit([(0, first), (1, second)], aggregate: [0.5, -0.5, 2])
        #expect(aggregate == [0.5, -0.5, 2])
        let server = state.server
        #expect(isClose(server, [-0.25, 0.25, -1]))
        let (offset0, offset2) = (state.offset(0), state.offset(2))
        #expect(isClose(offset0, [0.75, 0.25, 1]) && isClose(offset2, [-0.25, 0.25, -1]))
        let third = state.next(0, update: [0.5, 0, 0], two)
        let fourth = state.next(2, update: [0, 0, 1], two)
        #expect(isClose(third, [-1.25, -0.25, -1]) && isClose(fourth, [0.25, -0.25, 0]))
        _ = state.commit([(0, third), (2, fourth)], aggregate: [0.25, 0, 0.5])
        let last = state.server
        #expect(isClose(last, [-0.25, 0.125, -0.75]))
    }

    /// With rates that vary, the sum of the rates takes the place of K β; without a step nothing
    /// changes.
    @Test func `SCAFFOLD divides by the sum of the rates`() throws {
        var state = try Corrected("scaffold", clients: 2)
        let next = state.next(
            0, update: [1, 2, -4], LocalWork(steps: 4, meanRate: 0.5, localRate: 0.1))
        #expect(isClose(next, [-0.5, -1, 2]))
        let idle = LocalWork(steps: 0, meanRate: 0.1, localRate: 0.1)
        #expect(state.next(0, update: [0, 0, 0], idle) == [0, 0, 0])
        state.own[0] = [1, -2, 3]
        #expect(state.next(0, update: [0, 0, 0], idle) == [1, -2, 3])
    }

    /// With a constant gradient g, a client's steps go along g + o with its offset o: then its
    /// vector becomes g itself, the mean of its gradients, whatever the momentum.
    @Test(arguments: [0, 0.5, 0.9], [false, true])
    func `SCAFFOLD above momentum has the mean gradient for a client's vector`(
        momentum: Double, isNesterov: Bool
    ) throws {
        guard momentum > 0 || !isNesterov else { return }
        let words = "{ kind: sgd, momentum: \(momentum), nesterov: \(isNesterov) }"
        let gradient = [2.0, -1, 0.5]
        func next(_ divisor: String, server: [Double]) throws -> [Double] {
            var state = try Corrected(
                "{ kind: scaffold, divide_by: \(divisor) }", clients: 2, optimizer: words)
            state.server = server
            let offset = state.offset(0)
            var (w, v) = ([0.0, 0, 0], [0.0, 0, 0])
            for _ in 0..<7 {
                for x in 0..<3 {
                    let g = gradient[x] + offset[x]
                    v[x] = momentum * v[x] + g
                    w[x] -= 0.1 * (isNesterov ? g + momentum * v[x] : v[x])
                }
            }
            let work = LocalWork(steps: 7, meanRate: 0.1, localRate: 0.1)
            return state.next(0, update: w, work)
        }
        for server in [[0.0, 0, 0], [0.3, -0.2, 1]] {
            #expect(isClose(try next("effective_steps", server: server), gradient))
            // The sum of the rates is right without momentum only.
            #expect(isClose(try next("rate_sum", server: server), gradient) == (momentum == 0))
        }
    }

    /// Two clients, one of them in round 0, both in round 1; a = 0.5.
    ///
    /// Round 0: Δ_0 = (1, 0, −2), so mean Δ = Δ_0: q_0 = −a Δ_0 = (−0.5, 0, 1),
    /// s = (1/2) Δ_0 = (0.5, 0, −1), and the model moves by mean Δ + s = (1.5, 0, −3).
    /// Round 1: offset of client 0 is −q_0 = (0.5, 0, −1), of client 1 it is 0. Δ_0 = (0, 2, 0),
    /// Δ_1 = (2, 0, 0), mean (1, 1, 0): s = (1.5, 1, −1), movement (2.5, 2, −1),
    /// q_0 = (−0.5, −1, 1), q_1 = (−1, 0, 0).
    @Test func `FedDyn`() throws {
        var state = try Corrected("{ kind: feddyn, a: 0.5 }", clients: 2)
        #expect(state.correction.proximalWeight == 0.5)
        let first = state.next(0, update: [1, 0, -2], two)
        #expect(isClose(first, [-0.5, 0, 1]))
        let moved = state.commit([(0, first)], aggregate: [1, 0, -2])
        #expect(isClose(moved, [1.5, 0, -3]))
        let (offset0, offset1) = (state.offset(0), state.offset(1))
        #expect(isClose(offset0, [0.5, 0, -1]) && isClose(offset1, [0, 0, 0]))
        let second = state.next(0, update: [0, 2, 0], two)
        let third = state.next(1, update: [2, 0, 0], two)
        #expect(isClose(second, [-0.5, -1, 1]) && isClose(third, [-1, 0, 0]))
        let next = state.commit([(0, second), (1, third)], aggregate: [1, 1, 0])
        #expect(isClose(next, [2.5, 2, -1]))
        let server = state.server
        #expect(isClose(server, [1.5, 1, -1]))
    }

    private func effective(
        _ yaml: String, steps: Int, rate: Double = 0.01, optimizer name: String = "sgd"
    ) throws -> Double {
        var correction = try component(yaml, from: driftCorrections)
        correction.start(optimizer: try optimizer(name))
        let work = LocalWork(steps: steps, meanRate: rate, localRate: rate)
        return try #require(correction.effectiveSteps(work))
    }

    /// Golden 12.7 of the reference for momentum and the proximal term.
    @Test func `FedNova's effective steps`() throws {
        for steps in [1, 7, 20] { #expect(try effective("fednova", steps: steps) == Double(steps)) }
        let momentum = "{ kind: sgd, momentum: 0.9 }"
        for (steps, expected) in [(1, 1), (2, 2.9), (10, 41.381059609)] {
            let value = try effective("fednova", steps: steps, optimizer: momentum)
            #expect(abs(value - expected) < 1e-9)
        }
        let proximal = try effective("{ kind: fednova, mu: 0.1 }", steps: 10)
        #expect(abs(proximal - 9.955119790) < 1e-9)
        // Rates that end at twice the sent one count twice.
        var correction = try component("fednova", from: driftCorrections)
        correction.start(optimizer: try optimizer("sgd"))
        let work = LocalWork(steps: 10, meanRate: 0.2, localRate: 0.1)
        #expect(correction.effectiveSteps(work) == 20)
        #expect(correction.effectiveSteps(LocalWork(steps: 0, meanRate: 0, localRate: 0.1)) == 1)
    }

    /// Three clients with the losses Σ_x h_i (w_x − b_i)²/2, different curvatures, many local steps:
    /// FedAvg stops at another point than the minimum of the mean loss, Σ h b / Σ h = 2.
    private func end(_ yaml: String, rounds: Int = 400) throws -> Double {
        let (curvatures, minima) = ([1.0, 2, 5], [-5.0, 0, 4.2])
        var state = try Corrected(yaml, clients: 3)
        var w = [0.0, 1, -3]
        for _ in 0..<rounds {
            var next: [(client: Int, vector: [Double])] = []
            var mean = [0.0, 0, 0]
            for client in 0..<3 {
                let offset = state.correction.keepsVectors ? state.offset(client) : [0, 0, 0]
                var local = w
                for _ in 0..<10 {
                    for x in 0..<3 {
                        let gradient =
                            curvatures[client] * (local[x] - minima[client]) + offset[x]
                            + state.correction.proximalWeight * (local[x] - w[x])
                        local[x] -= 0.05 * gradient
                    }
                }
                let update = zip(local, w).map { $0 - $1 }
                let work = LocalWork(steps: 10, meanRate: 0.05, localRate: 0.05)
                next.append((client, state.next(client, update: update, work)))
                mean = zip(mean, update).map { $0 + $1 / 3 }
            }
            let moved = state.commit(next, aggregate: mean)
            w = zip(w, moved).map { $0 + $1 }
        }
        return w.map { abs($0 - 2) }.max() ?? 0
    }

    @Test func `SCAFFOLD and FedDyn reach the minimum that FedAvg and FedProx miss`() throws {
        for kind in ["none", "fedprox", "fednova"] { #expect(try end(kind) > 0.1, "\(kind)") }
        for kind in ["scaffold", "{ kind: feddyn, a: 1 }"] {
            #expect(try end(kind) < 1e-6, "\(kind)")
        }
    }

    @Test func `what they can't work with is refused in words`() throws {
        func refusal(_ correction: String, _ optimizer: String, _ scheduler: String = "constant")
            throws -> String?
        {
            try component(correction, from: driftCorrections).incompatibility(
                with: try LearningRatesTests.optimizer(optimizer), try client(scheduler))
        }
        let momentum = "{ kind: sgd, momentum: 0.9 }"
        let nesterov = "{ kind: sgd, momentum: 0.9, nesterov: true }"
        for correction in ["none", "fedprox", "feddyn", "scaffold", "fednova"] {
            #expect(try refusal(correction, "sgd") == nil)
            #expect(try refusal(correction, "sgd", "fedhyper_cl") == nil)
        }
        for optimizer in [momentum, "adam"] {
            let reason = try refusal("scaffold", optimizer)
            #expect(reason?.contains("plain gradient") == true)
            #expect(reason?.contains("divide_by") == (optimizer == momentum))
            let effective = "{ kind: scaffold, divide_by: effective_steps }"
            #expect(try (refusal(effective, optimizer) == nil) == (optimizer == momentum))
            #expect(try refusal(effective, nesterov) == nil)
            #expect(try refusal("feddyn", optimizer) == nil)
        }
        #expect(try refusal("fednova", momentum) == nil)
        for (correction, optimizer) in [
            ("fednova", nesterov), ("fednova", "adam"), ("{ kind: fednova, mu: 0.1 }", momentum),
        ] {
            #expect(try refusal(correction, optimizer)?.contains("with fednova") == true)
        }
        for correction in ["scaffold", "fednova"] {
            let reason = try refusal(
                correction, "sgd", "{ kind: hypergradient, scope: parameter }")
            #expect(reason?.contains("set scope: global") == true)
        }
    }
}
