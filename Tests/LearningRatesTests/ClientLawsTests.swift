import Bytes
import LearningRates
import Testing

/// What every registered client scheduler must do.
@Suite struct `Laws of client schedulers` {
    static let all = configurations(clientSchedulers)
    static let adaptive = all.filter { hasHyperRate($0, clientSchedulers) }
    static let carrying = all.filter { $0.contains("carry: true") }

    /// Rounds of five steps on random gradients.
    private func rounds(
        _ scheduler: inout any ClientScheduler, _ range: Range<Int>, seed: UInt64
    ) throws -> [ClientRound] {
        try range.map { round in
            var numbers = Numbers(state: seed * 100 + UInt64(round))
            let vectors = numbers.vectors(6, of: 4)
            return try run(
                &scheduler, Array(vectors.dropLast()), movement: round == 0 ? nil : vectors[5])
        }
    }

    @Test(arguments: all, 0..<5 as Range<UInt64>)
    func `saved and restored between rounds, the rates are the same bits`(
        configuration: String, seed: UInt64
    ) throws {
        var unbroken = try client(configuration)
        let expected = try rounds(&unbroken, 0..<6, seed: seed)
        for cut in 0...6 {
            var first = try client(configuration)
            var results = try rounds(&first, 0..<cut, seed: seed)
            var second = try client(configuration)
            try second.restore(first.savedBytes)
            results += try rounds(&second, cut..<6, seed: seed)
            #expect(results == expected, "seed \(seed), cut at \(cut)")
        }
    }

    @Test(arguments: all)
    func `surplus bytes are an error, and so is a cut number`(configuration: String) throws {
        var scheduler = try client(configuration)
        _ = try rounds(&scheduler, 0..<2, seed: 1)
        let bytes = scheduler.savedBytes
        #expect(throws: BytesError.surplus(1)) { try scheduler.restore(bytes + [0]) }
        // No bytes at all are a client's first round.
        for count in 1..<max(bytes.count, 1) {
            #expect(throws: BytesError.self) { try scheduler.restore(Array(bytes.prefix(count))) }
        }
    }

    @Test(arguments: adaptive)
    func `a hyper-rate of 0 is the constant scheduler, bit for bit`(configuration: String) throws {
        var neutral = try client(with("hyper_rate: 0", configuration))
        var constant = try client("constant")
        let expected = try rounds(&constant, 0..<4, seed: 1)
        let results = try rounds(&neutral, 0..<4, seed: 1)
        #expect(results.map(\.rates) == expected.map(\.rates))
        #expect(results.map(\.weights) == expected.map(\.weights))
        var moving = try client(configuration)
        #expect(try rounds(&moving, 0..<4, seed: 1).map(\.rates) != expected.map(\.rates))
    }

    @Test(arguments: all)
    func `a single step changes nothing`(configuration: String) throws {
        var scheduler = try client(configuration)
        let round = try run(&scheduler, [[3, 4]], movement: [-1, -1], rate: 0.02)
        #expect(round.rates == [0.02])
        #expect(round.events.first == 0.02 && round.events.last == 0.02)
        #expect(round.events.lowerBoundHits + round.events.upperBoundHits == 0)
        #expect(round.events.undefined == 0 && !round.events.saturatedAtOnce)
    }

    @Test(arguments: all)
    func `the first step of a round has no hypergradient, whatever came before`(
        configuration: String
    ) throws {
        // With carry, too, a round's first gradient meets none of the round before: the same round
        // from the same rate gives the same rates.
        var scheduler = try client(configuration)
        _ = try rounds(&scheduler, 0..<1, seed: 3)
        _ = try run(&scheduler, [[1, 0, 0, 0]], rate: 0.01)
        var other = try client(configuration)
        try other.restore(scheduler.savedBytes)
        #expect(
            try run(&scheduler, [[1, 2, 3, 4], [1, 2, 3, 5]])
                == run(&other, [[1, 2, 3, 4], [1, 2, 3, 5]]))
    }

    @Test(arguments: all)
    func `rates stay finite and inside the bounds whatever comes, and it is counted`(
        configuration: String
    ) throws {
        let good = [1.0, -1]
        // Each with whether the product and the cosine with it are defined.
        let bads: [(bad: [Double], product: Bool, cosine: Bool)] = [
            ([0, 0], true, false), ([1e-30, 0], true, false), ([1e30, 1e30], true, true),
            ([-1e30, 1e30], true, true), ([.nan, 1], false, false),
            ([.infinity, 1], false, false), ([1e200, 1], true, false),
        ]
        for (bad, product, cosine) in bads {
            for movement in [nil, good, bad] {
                var scheduler = try client(configuration)
                let name: Comment = "gradient \(bad), movement \(movement ?? [])"
                let round = try run(
                    &scheduler, [good, bad, good, good], movement: movement, rate: 0.01)
                #expect(round.rates.allSatisfy { (0.001...0.1).contains($0) }, name)
                guard let form = scheduler.form else { continue }
                // A product with a bad movement is not defined either; a cosine counts as 0 there.
                guard movement != bad || form == .normalized else { continue }
                let expected = (form == .paper ? product : cosine) ? 0 : 2
                #expect(round.events.undefined == expected, name)
            }
        }
    }

    @Test(arguments: adaptive)
    func `a movement that is not finite is counted or taken as none`(
        configuration: String
    ) throws {
        var scheduler = try client(configuration)
        let gradients = [[1.0, 0], [0.1, 1], [1, 1]]
        let round = try run(&scheduler, gradients, movement: [.nan, 0])
        var other = try client(configuration)
        let without = try run(&other, gradients)
        if scheduler.form == .paper {
            #expect(round.rates == [0.01, 0.01, 0.01] && round.events.undefined == 2)
        } else {
            #expect(round.rates == without.rates && round.events.undefined == 0)
        }
    }

    @Test(arguments: adaptive)
    func `each bound is hit and counted`(configuration: String) throws {
        for (second, bound) in [([9.0, 0], 0.1), ([-9, 0], 0.001)] {
            var scheduler = try client(with("hyper_rate: 5", configuration))
            let gradients = (0..<9).map { $0 % 2 == 0 ? [9.0, 0] : second }
            let round = try run(&scheduler, gradients)
            #expect(round.rates.last.map { abs($0 / bound - 1) < 1e-15 } == true)
            let hits =
                bound == 0.1 ? round.events.upperBoundHits : round.events.lowerBoundHits
            #expect(hits >= 6)
        }
    }

    @Test(arguments: adaptive.filter { $0.contains("normalized") })
    func `a factor of zero or less goes to the lower bound`(configuration: String) throws {
        for hyperRate in [1, 2, 1e308] {
            var scheduler = try client(with("hyper_rate: \(hyperRate)", configuration))
            let round = try run(&scheduler, [[1, 0], [-2, 0]])
            #expect(round.rates == [0.01, 0.001])
            #expect(round.events.lowerBoundHits == 1 && round.events.saturatedAtOnce)
        }
    }

    @Test(arguments: adaptive)
    func `a rate from the server outside the bounds is used once, then clipped`(
        configuration: String
    ) throws {
        // Bounds lie around β_0 = 0.01, not around what the server sent.
        var scheduler = try client(configuration)
        let round = try run(&scheduler, [[1, 0], [0, 1e-3]], rate: 0.5)
        #expect(round.rates == [0.5, 0.1])
        #expect(round.events.upperBoundHits == 1)
    }

    @Test(arguments: carrying)
    func `a carried rate goes on where the client ended`(configuration: String) throws {
        var scheduler = try client(configuration)
        let first = try run(&scheduler, [[0.1, 0], [0.1, 0.01], [0.1, 0]])
        let end = try #require(first.rates.last)
        #expect(end != 0.01)
        var next = try client(configuration)
        try next.restore(scheduler.savedBytes)
        let second = try run(&next, [[0.1, 0]], rate: 0.01)
        #expect(second.rates == [end])
        // A client that was never chosen starts with the rate of the task.
        var fresh = try client(configuration)
        try fresh.restore([])
        #expect(try run(&fresh, [[1, 0]], rate: 0.02).rates == [0.02])
    }

    @Test(arguments: all.filter { !$0.contains("carry: true") })
    func `without carry nothing survives a round`(configuration: String) throws {
        var scheduler = try client(configuration)
        _ = try rounds(&scheduler, 0..<3, seed: 2)
        #expect(scheduler.savedBytes.isEmpty)
        #expect(try run(&scheduler, [[1, 0]], rate: 0.02).rates == [0.02])
    }
}
