import Datasets
import Testing

@Suite struct `Shifts of labels` {
    /// Counts wrong labels of each client, and those that name the next class.
    private func counts(_ data: ShiftedData, _ shift: LabelNoiseShift) throws
        -> [(wrong: Int, next: Int)]
    {
        let (before, after) = (try data.labels([]), try data.labels([shift]))
        var first = 0
        return data.sizes.map { size in
            defer { first += size }
            let rows = first..<first + size
            return (
                rows.count { before[$0] != after[$0] },
                rows.count { after[$0] == (before[$0] + 1) % Int32(data.classes) }
            )
        }
    }

    @Test func `symmetric noise names each other class equally often`() throws {
        let data = ShiftedData(shape: [1], classes: 5, sizes: [4_000, 4_000])
        for (wrong, next) in try counts(
            data, LabelNoiseShift(flip: .symmetric, rate: 0.3, share: 1))
        {
            // Standard errors: √(4000 · 0.3 · 0.7) = 29 and √(4000 · 0.075 · 0.925) = 16.7.
            #expect(abs(wrong - 1_200) < 4 * 29, "\(wrong)")
            #expect(abs(next - 300) < 4 * 17, "\(next)")
        }
    }

    @Test func `pair noise names the next class`() throws {
        let data = ShiftedData(shape: [1], classes: 5, sizes: [4_000])
        let (wrong, next) = try counts(data, LabelNoiseShift(flip: .pair, rate: 0.3, share: 1))[0]
        #expect(wrong == next && abs(wrong - 1_200) < 4 * 29)
        let all = try counts(data, LabelNoiseShift(flip: .pair, rate: 1, share: 1))[0]
        #expect(all.next == 4_000)
    }

    @Test func `a share of the clients has noise, another share with another seed`() throws {
        var data = ShiftedData(shape: [1], sizes: [Int](repeating: 200, count: 20))
        let shift = LabelNoiseShift(flip: .symmetric, rate: 0.5, share: 0.3)
        func noisy() throws -> [Int] {
            let counts = try counts(data, shift)
            return counts.indices.filter { counts[$0].wrong > 0 }
        }
        let first = try noisy()
        #expect(first.count == 6)
        data.holdout = HoldoutSettings(validation: 0, test: 0, choice: .drawn, seed: 10)
        #expect(try noisy().count == 6 && noisy() != first)
    }

    @Test func `a growing rate goes from 0 at the first client to the last one`() throws {
        let data = ShiftedData(shape: [1], sizes: [4_000, 4_000, 4_000])
        let wrong = try counts(data, LabelNoiseShift(flip: .symmetric, rate: 0.4, share: nil)).map(
            \.wrong)
        #expect(wrong[0] == 0)
        #expect(abs(wrong[1] - 800) < 4 * 26 && abs(wrong[2] - 1_600) < 4 * 31, "\(wrong)")
        let one = ShiftedData(shape: [1], sizes: [100])
        #expect(
            try counts(one, LabelNoiseShift(flip: .symmetric, rate: 1, share: nil))[0].wrong == 0)
    }

    @Test func `held-out samples keep their labels, and the others have the same noise`() throws {
        var data = ShiftedData(shape: [1], sizes: [50, 50])
        let shift = LabelNoiseShift(flip: .symmetric, rate: 1, share: 1)
        let all = try data.labels([shift])
        data.holdout = HoldoutSettings(validation: 0.2, test: 0.3, choice: .drawn, seed: 9)
        let plain = try data.labels([])
        let (samples, partition) = try data.made([shift])
        let holdout = data.holdout.holdout(of: partition)
        for client in 0..<2 {
            for row in holdout.training.samples(of: client).map({ Int($0) }) {
                #expect(samples.train.labels[row] == all[row] && all[row] != plain[row])
            }
            let held = holdout.validation.samples(of: client) + holdout.test.samples(of: client)
            #expect(held.count == 25)
            for row in held.map({ Int($0) }) {
                #expect(samples.train.labels[row] == plain[row])
            }
        }
    }

    @Test func `concepts add, swap and map classes by group`() throws {
        let data = ShiftedData(
            shape: [1], classes: 4, sizes: [4, 4, 4, 4], labels: (0..<16).map { Int32($0 % 4) })
        func groups(_ shift: ConceptShift) throws -> [[Int32]] {
            let labels = try data.labels([shift])
            return stride(from: 0, to: 16, by: 4).map { Array(labels[$0..<$0 + 4]) }
        }
        #expect(
            try groups(ConceptShift(shifts: [0, 1, -1]))
                == [[0, 1, 2, 3], [1, 2, 3, 0], [3, 0, 1, 2], [0, 1, 2, 3]])
        #expect(
            try groups(ConceptShift(swaps: [[], [0, 3, 1, 2]]))
                == [[0, 1, 2, 3], [3, 2, 1, 0], [0, 1, 2, 3], [3, 2, 1, 0]])
        #expect(
            try groups(ConceptShift(maps: [[0, 1, 2, 3], [3, 3, 0, 1], [0, 0, 0, 0]]))
                == [[0, 1, 2, 3], [3, 3, 0, 1], [0, 0, 0, 0], [0, 1, 2, 3]])
    }

    @Test func `concepts change held-out samples, too`() throws {
        var data = ShiftedData(shape: [1], classes: 3, sizes: [6, 6])
        data.holdout = HoldoutSettings(validation: 0.5, test: 0, choice: .last, seed: 9)
        let labels = try data.labels([ConceptShift(shifts: [0, 1])])
        #expect(labels == [0, 1, 2, 0, 1, 2, 1, 2, 0, 1, 2, 0])
    }
}
