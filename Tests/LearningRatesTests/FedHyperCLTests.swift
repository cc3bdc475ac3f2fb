import ClientRules
import LearningRates
import Testing

/// FedHyper-CL on given gradients: each form, with and without a carried rate.
@Suite struct `FedHyper-CL` {
    static let all = configurations(clientRules).filter {
        $0.contains("fedhyper_cl") && !$0.contains("released_code")
    }
    static let adaptive = all
    static let carrying = all.filter { !$0.contains("carry: reset") }

    @Test(arguments: all)
    func `a single step changes nothing`(configuration: String) throws {
        let scheduler = try client(configuration)
        let round = try run(scheduler, [[3, 4]], previousAggregate: [-1, -1], rate: 0.02)
        #expect(round.rates == [0.02])
        #expect(round.events.first == 0.02 && round.events.last == 0.02)
        #expect(round.events.lowerBoundHits + round.events.upperBoundHits == 0)
        #expect(round.events.undefined == 0 && !round.events.saturatedAtOnce)
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
            for previousAggregate in [nil, good, bad] {
                let scheduler = try client(configuration)
                let name: Comment = "gradient \(bad), movement \(previousAggregate ?? [])"
                let round = try run(
                    scheduler, [good, bad, good, good], previousAggregate: previousAggregate,
                    rate: 0.01)
                #expect(round.rates.allSatisfy { (0.001...0.1).contains($0) }, name)
                guard let form = scheduler.needs.form else { continue }
                // A product with a bad movement is not defined either; a cosine counts as 0 there.
                guard previousAggregate != bad || form == .normalized else { continue }
                let expected = (form == .paper ? product : cosine) ? 0 : 2
                #expect(round.events.undefined == expected, name)
            }
        }
    }

    @Test(arguments: adaptive)
    func `a previousAggregate that is not finite is counted or taken as none`(
        configuration: String
    ) throws {
        let scheduler = try client(configuration)
        let gradients = [[1.0, 0], [0.1, 1], [1, 1]]
        let round = try run(scheduler, gradients, previousAggregate: [.nan, 0])
        let other = try client(configuration)
        let without = try run(other, gradients)
        if scheduler.needs.form == .paper {
            #expect(round.rates == [0.01, 0.01, 0.01] && round.events.undefined == 2)
        } else {
            #expect(round.rates == without.rates && round.events.undefined == 0)
        }
    }

    @Test(arguments: adaptive)
    func `each bound is hit and counted`(configuration: String) throws {
        for (second, bound) in [([9.0, 0], 0.1), ([-9, 0], 0.001)] {
            let scheduler = try client(with("hyper_rate: 5", configuration))
            let gradients = (0..<9).map { $0 % 2 == 0 ? [9.0, 0] : second }
            let round = try run(scheduler, gradients)
            #expect(round.rates.last.map { abs($0 / bound - 1) < 1e-15 } == true)
            let hits =
                bound == 0.1 ? round.events.upperBoundHits : round.events.lowerBoundHits
            #expect(hits >= 6)
        }
    }

    @Test(arguments: adaptive.filter { $0.contains("normalized") })
    func `a factor of zero or less goes to the lower bound`(configuration: String) throws {
        for hyperRate in [1, 2, 1e308] {
            let scheduler = try client(with("hyper_rate: \(hyperRate)", configuration))
            let round = try run(scheduler, [[1, 0], [-2, 0]])
            #expect(round.rates == [0.01, 0.001])
            #expect(round.events.lowerBoundHits == 1 && round.events.saturatedAtOnce)
        }
    }

    @Test(arguments: adaptive)
    func `a rate from the server outside the bounds is used once, then clipped`(
        configuration: String
    ) throws {
        // Bounds lie around β_0 = 0.01, not around what the server sent.
        let scheduler = try client(configuration)
        let round = try run(scheduler, [[1, 0], [0, 1e-3]], rate: 0.5)
        #expect(round.rates == [0.5, 0.1])
        #expect(round.events.upperBoundHits == 1)
    }

    @Test(arguments: carrying)
    func `a carried rate goes on where the client ended`(configuration: String) throws {
        let scheduler = try client(configuration)
        var state: Carried = []
        func rates(_ gradients: [[Double]]) throws -> [Double] {
            try run(scheduler, gradients, optimizer: try optimizer("sgd"), state: &state).rates
        }
        let end = try #require(try rates([[0.1, 0], [0.1, 0.01], [0.1, 0]]).last)
        #expect(end != 0.01)
        // The next round's first gradient meets none of the round before.
        #expect(try rates([[0.1, 0]]) == [end])
    }

    @Test(arguments: all.filter { $0.contains("carry: reset") })
    func `without carry nothing survives a round`(configuration: String) throws {
        var state: Carried = []
        _ = try run(
            client(configuration), [[0.1, 0], [0.1, 0.01]], optimizer: try optimizer("sgd"),
            state: &state)
        #expect(state.isEmpty)
    }
}
