import Federation
import LearningRates
import LinearAlgebra
import ServerRules
import Settings
import TestSupport
import Testing

/// Every scheduler, optimizer and correction of the server through three rounds of a problem that can
/// be followed by hand: three parameters, two clients.
///
///     f_i(w) = Σ h_i (w − b_i)² / 2       w_0 = (1, −2, 0.5), β_0 = 0.125
///     client 0: 30 samples, K = 2, h = (1, 2, 4), b = 0
///     client 1: 10 samples, K = 3, h = (2, 1, 1), b = (2, −1, 1)
///
/// A step multiplies w − b by 1 − β h. FedAvg's round 0: client 0 ends at w_0 (0.875, 0.75, 0.5)² =
/// (0.765625, −1.125, 0.125), client 1 at b + (−1, −1, −0.5) (0.75, 0.875, 0.875)³ =
/// (1.578125, −1.669921875, 0.6650390625). With 3/4 and 1/4: w_1 = (0.96875, −1.26123046875,
/// 0.260009765625). The other numbers are those of a NumPy program that was written from the papers'
/// rules, without this one, and held against their golden values; where papers leave a choice,
/// SCAFFOLD sums the clients' vectors without weights, FedDyn the aggregates as they are.
@Suite struct `Three parameters and two clients` {
    /// The configurations with what NumPy found, read once.
    static let runs = Result {
        try Oracle(path: "\(SourceTree.root)/Tests/Oracles/server-three-parameters.json")["runs"]
            .list
    }

    private struct Client {
        let samples: UInt32
        let steps: Int
        let curvatures: [Double]
        let minimum: [Double]

        /// Gradient descent from the global model, with what the correction adds.
        func train(
            _ round: UInt32, _ client: UInt32, from start: [Double], rate: Double, pull: Double,
            offset: [Double]
        ) -> (update: [Float], report: ClientReport) {
            var w = start
            for _ in 0..<steps {
                for i in w.indices {
                    w[i] -=
                        rate * (curvatures[i] * (w[i] - minimum[i]) + offset[i])
                        + rate * pull * (w[i] - start[i])
                }
            }
            let update = w.indices.map { Float(w[$0] - start[$0]) }
            let loss = w.indices.reduce(0) { sum, i in
                let distance = start[i] - minimum[i]
                return sum + curvatures[i] * distance * distance / 2
            }
            return (
                update,
                ClientReport(
                    round: round, client: client, attempt: 1, samples: samples,
                    steps: UInt32(steps), meanLoss: loss, startLoss: loss,
                    squaredNorm: update.reduce(0) { $0 + Double($1) * Double($1) },
                    rates: RateTrace(
                        first: rate, last: rate, smallest: rate, largest: rate, mean: rate),
                    seconds: 0)
            )
        }
    }

    private static let clients = [
        Client(samples: 30, steps: 2, curvatures: [1, 2, 4], minimum: [0, 0, 0]),
        Client(samples: 10, steps: 3, curvatures: [2, 1, 1], minimum: [2, -1, 1]),
    ]

    @Test func `all kinds are here`() throws {
        let runs = try Self.runs.get()
        #expect(runs.count == 41)
        func expect<C>(_ registered: [Registered<C>], under key: String) {
            for row in registered {
                #expect(
                    runs.contains { run in
                        let words = run[key].text.split { "{ :,}".contains($0) }
                        return words.contains { $0 == row.kind }
                    }, "\(key): \(row.kind)")
            }
        }
        expect(serverSchedulers, under: "scheduler")
        expect(serverOptimizers, under: "optimizer")
        expect(driftCorrections, under: "correction")
    }

    @Test(arguments: 0..<41)
    func `three rounds`(index: Int) throws {
        let run = try #require(
            Self.runs.get().indices.contains(index) ? Self.runs.get()[index] : nil)
        let name = "\(run["scheduler"].text), \(run["optimizer"].text), \(run["correction"].text)"
        let server = try Server(
            [1, -2, 0.5], scheduler: run["scheduler"].text, optimizer: run["optimizer"].text,
            globalRate: run["globalRate"].number, localRate: 0.125, rounds: 3,
            correction: run["correction"].text, clients: 2, mostSteps: 3)
        let pull = try component(run["correction"].text, from: driftCorrections).proximalWeight
        // FedHyper-G above Adam moves what Adam sees.
        let scalesAggregates =
            run["optimizer"].text == "adam" && run["scheduler"].text.contains("normalized }")
        for round in 0..<3 as Range<UInt32> {
            server.begin(round: round)
            let (rate, start) = (server.step.localRate, server.weights.map(Double.init))
            let trained = Self.clients.indices.map { i -> (update: [Float], report: ClientReport) in
                let offset = server.offset(UInt32(i)).map(Double.init)
                return Self.clients[i].train(
                    round, UInt32(i), from: start, rate: rate, pull: pull,
                    offset: offset.isEmpty ? [0, 0, 0] : offset)
            }
            let outcome = try server.round(round, trained)
            let at = Int(round)
            let globalRate =
                scalesAggregates
                ? outcome.decision.aggregateScale * run["globalRate"].number
                : outcome.decision.globalRate
            #expect(isNear([rate], [run["localRates"].numbers[at]]), "\(name): β of round \(at)")
            #expect(
                isNear([globalRate], [run["globalRates"].numbers[at]]), "\(name): α of round \(at)")
            let model = run["models"].list[at].numbers
            #expect(isNear(server.weights.map(Double.init), model), "\(name): w after round \(at)")
            let evaluated =
                run["evaluated"].list.isEmpty ? model : run["evaluated"].list[at].numbers
            #expect(isNear(server.step.evaluated.map(Double.init), evaluated), "\(name)")
        }
    }

    /// Models are in float32.
    private func isNear(_ x: [Double], _ y: [Double]) -> Bool {
        x.count == y.count && zip(x, y).allSatisfy { abs($0 - $1) <= 3e-6 * max(1, abs($1)) }
    }
}
