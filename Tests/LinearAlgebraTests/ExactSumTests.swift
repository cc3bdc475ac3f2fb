import LinearAlgebra
import Testing

/// Summands with weights, some of them large, some tiny.
private func summands(
    seed: UInt64, count: Int, parameters: Int, largestWeight: UInt32
) -> [(update: [Float], weight: UInt32)] {
    var numbers = Numbers(state: seed)
    return (0..<count).map { _ in
        let scale: Float = [1, 1e-3, 1e-6, 1000][Int(numbers.next() % 4)]
        let weight = UInt32(numbers.next() % UInt64(largestWeight)) + 1
        return (numbers.list(parameters).map { scale * $0 }, weight)
    }
}

/// A sum for rounds of so many summands of the largest weight.
private func exactSum(
    _ parameters: Int, largestWeight: UInt32, summands: UInt64 = 4096
) -> ExactSum {
    ExactSum(
        parameters: parameters, largestWeight: largestWeight,
        largestTotal: UInt64(largestWeight) * summands)
}

/// The mean of a sum, and its squared norm.
private func mean(_ sum: borrowing ExactSum, count: Int, times sign: Double = 1) -> (
    values: [Float], squaredNorm: Double
) {
    var values = [Float](repeating: .nan, count: count)
    var span = values.mutableSpan
    let squaredNorm = sum.mean(into: &span, times: sign)
    return (values, squaredNorm)
}

@Suite struct `Exact sums` {
    private static let weights: [UInt32] = [1, 2, 60_000, 1 << 31, .max]

    @Test(arguments: 0..<30 as Range<UInt64>)
    func `any order of the summands gives the same bits`(seed: UInt64) throws {
        let all = summands(seed: seed, count: 20, parameters: 37, largestWeight: 60_000)
        var numbers = Numbers(state: seed)
        var results: [[UInt32]] = []
        for order in [all, all.reversed(), all.shuffled(using: &numbers)] {
            var sum = exactSum(37, largestWeight: 60_000)
            for (update, weight) in order { try sum.add(update.span, weight: weight) }
            results.append(mean(sum, count: 37).values.map(\.bitPattern))
        }
        #expect(results[0] == results[1] && results[0] == results[2], "seed \(seed)")
    }

    /// The words of a sum, as another process gets them.
    private func words(_ sum: borrowing ExactSum, count: Int) -> [Float] {
        var words = [Float](repeating: 0, count: 2 * count)
        var span = words.mutableSpan
        sum.write(words: &span)
        return words
    }

    @Test(arguments: 0..<20 as Range<UInt64>)
    func `sums of parts give the bits of one sum`(seed: UInt64) throws {
        let all = summands(seed: seed, count: 20, parameters: 37, largestWeight: 60_000)
        var whole = exactSum(37, largestWeight: 60_000)
        var added = exactSum(37, largestWeight: 60_000)
        for part in [all[..<7], all[7..<8], all[8...]] {
            var sum = exactSum(37, largestWeight: 60_000)
            var norm = 0.0
            for (update, weight) in part {
                let factor = 1 / Double(weight % 7 + 1)
                try whole.add(update.span, weight: weight, times: factor)
                try sum.add(update.span, weight: weight, times: factor)
                norm += Double(weight) * factor * update.span.squaredNorm.squareRoot()
            }
            let words = words(sum, count: 37)
            try added.add(part: words.span, weight: sum.totalWeight, norm: norm)
        }
        #expect(whole.totalWeight == added.totalWeight)
        let bits = mean(whole, count: 37).values.map(\.bitPattern)
        #expect(bits == mean(added, count: 37).values.map(\.bitPattern), "seed \(seed)")
    }

    /// The words of a packed sum, as another process gets them.
    private func packed(_ sum: borrowing ExactSum, count: Int) -> [Float] {
        var words = [Float](repeating: 0, count: ExactSum.mostPackedWords(elements: count))
        var span = words.mutableSpan
        return Array(words[..<sum.write(packed: &span)])
    }

    @Test(arguments: [1, 7, 255, 256, 257, 1000])
    func `packed parts give the bits of parts`(count: Int) throws {
        for seed in 0..<8 as Range<UInt64> {
            // Widths from 0 to 8 bytes, also within one sum.
            let exponent = Float(sign: .plus, exponent: 4 * Int(seed) - 24, significand: 1)
            var summand = summands(seed: seed, count: 1, parameters: count, largestWeight: 9)[0]
                .update.map { $0 * exponent / 1000 }
            for index in summand.indices where index / 200 % 2 == 1 { summand[index] *= 1e-4 }
            if seed == 0 { summand = summand.map { _ in 0 } }
            var sum = exactSum(count, largestWeight: 9)
            try sum.add(summand.span, weight: 9)
            let norm = 9 * summand.span.squaredNorm.squareRoot()
            let (part, packed) = (words(sum, count: count), packed(sum, count: count))
            var one = exactSum(count, largestWeight: 9)
            var other = exactSum(count, largestWeight: 9)
            for _ in 0..<2 {
                try one.add(part: part.span, weight: 9, norm: norm)
                try other.add(packed: packed.span, weight: 9, norm: norm)
            }
            let bits = words(one, count: count).map(\.bitPattern)
            #expect(bits == words(other, count: count).map(\.bitPattern), "seed \(seed)")
            #expect(packed.count <= part.count + (count + 1023) / 1024, "seed \(seed)")
            #expect(seed > 0 || packed.count == (count + 1023) / 1024)
        }
    }

    @Test func `what is no packed part, or too large, is refused and leaves no trace`() throws {
        var sum = exactSum(600, largestWeight: 100, summands: 3)
        let update = (0..<600).map { $0 < 256 ? 0.001 : Float($0) }
        let norm = 100 * update.span.squaredNorm.squareRoot()
        try sum.add(update.span, weight: 100)
        let (part, before) = (packed(sum, count: 600), words(sum, count: 600))
        var wrong = Array(repeating: part, count: 4)
        wrong[0].removeLast()
        wrong[1].append(0)
        wrong[2][0] = Float(bitPattern: wrong[2][0].bitPattern ^ 1)
        wrong[3][0] = Float(bitPattern: wrong[3][0].bitPattern | 0xff)
        for words in wrong + [[]] {
            let isPacked = ExactSum.isPacked(words.span, elements: 600)
            #expect(!isPacked)
            #expect(throws: ExactSum.OutOfGrid.self) {
                try sum.add(packed: words.span, weight: 100, norm: .greatestFiniteMagnitude)
            }
        }
        #expect(throws: ExactSum.OutOfGrid.self) {
            try sum.add(packed: part.span, weight: 100, norm: norm * 0.99)
        }
        #expect(words(sum, count: 600) == before && sum.totalWeight == 100)
        try sum.add(packed: part.span, weight: 100, norm: norm)
        #expect(sum.totalWeight == 200)
    }

    @Test func `a part that its summands cannot give is refused, and leaves no trace`() throws {
        var sum = exactSum(19, largestWeight: 100, summands: 3)
        let update = [Float](repeating: 1.5, count: 19)
        let norm = 100 * update.span.squaredNorm.squareRoot()
        try sum.add(update.span, weight: 100)
        let part = words(sum, count: 19)
        let before = mean(sum, count: 19).values
        // The norm is larger than that of the updates.
        #expect(throws: ExactSum.OutOfGrid.self) {
            try sum.add(part: part.span, weight: 100, norm: norm * 0.99)
        }
        // The weight does not fit the rest of the round.
        #expect(throws: ExactSum.OutOfGrid.self) {
            try sum.add(part: part.span, weight: 201, norm: norm)
        }
        // One element is larger than the weight allows, in each place.
        for index in 0..<19 {
            var wrong = part
            wrong[2 * index + 1] = Float(bitPattern: index % 2 == 0 ? 0x7fff_ffff : 0x8000_0000)
            #expect(throws: ExactSum.OutOfGrid.self) {
                try sum.add(part: wrong.span, weight: 100, norm: .greatestFiniteMagnitude)
            }
        }
        #expect(mean(sum, count: 19).values == before && sum.totalWeight == 100)
        try sum.add(part: part.span, weight: 100, norm: norm)
        #expect(mean(sum, count: 19).values == before && sum.totalWeight == 200)
    }

    @Test(arguments: 0..<20 as Range<UInt64>)
    func `splitting a weight over several summands gives the same bits`(seed: UInt64) throws {
        // Grouping: elements on the grid, so that each part is exact.
        var numbers = Numbers(state: seed)
        let update = numbers.list(19, of: Float.self)
        var whole = exactSum(19, largestWeight: 1 << 10)
        try whole.add(update.span, weight: 1000)
        var parts = exactSum(19, largestWeight: 1 << 10)
        for weight in [1, 999 - 256, 256] as [UInt32] { try parts.add(update.span, weight: weight) }
        #expect(whole.totalWeight == parts.totalWeight)
        #expect(mean(whole, count: 19).values == mean(parts, count: 19).values, "seed \(seed)")
    }

    @Test(arguments: weights)
    func `the mean is within its error of the mean in double precision`(weight: UInt32) throws {
        let all = summands(seed: 3, count: 50, parameters: 33, largestWeight: weight)
        var sum = exactSum(33, largestWeight: weight)
        for (update, weight) in all { try sum.add(update.span, weight: weight) }
        let total = all.reduce(UInt64(0)) { $0 + UInt64($1.weight) }
        #expect(sum.totalWeight == total)

        // unit: the smallest power of two with 2^51 units at least 1,024 × weight.
        var unit = 0x1p-51
        while unit * 0x1p51 < 1024 * Double(weight) { unit *= 2 }
        let rounding = unit / 2 * Double(all.count) / Double(total)
        let (values, squaredNorm) = mean(sum, count: 33)
        for index in 0..<33 {
            let exact =
                all.reduce(0) { $0 + Double($1.update[index]) * Double($1.weight) } / Double(total)
            // One more rounding, to a float, and those of the reference itself.
            let error = rounding + Double(Float(exact).ulp) / 2 + 1e-11
            #expect(abs(Double(values[index]) - exact) <= error, "element \(index)")
        }
        let plain = values.reduce(0) { $0 + Double($1) * Double($1) }
        #expect(abs(squaredNorm - plain) <= 1e-12 * max(plain, 1))
    }

    @Test func `worked example: two clients of one and three samples`() throws {
        // (1 · (1, −2) + 3 · (0.5, 2)) / 4 = (0.625, 1); times −1 its opposite.
        var sum = exactSum(2, largestWeight: 3)
        try sum.add(([1, -2] as [Float]).span, weight: 1)
        try sum.add(([0.5, 2] as [Float]).span, weight: 3)
        #expect(mean(sum, count: 2).values == [0.625, 1])
        #expect(mean(sum, count: 2).squaredNorm == 1.390625)
        #expect(mean(sum, count: 2, times: -1).values == [-0.625, -1])
        #expect(mean(sum, count: 2, times: -1).squaredNorm == 1.390625)
    }

    @Test func `of nothing the mean is zeros; also after clear`() throws {
        var sum = exactSum(9, largestWeight: 5)
        #expect(mean(sum, count: 9).values == [Float](repeating: 0, count: 9))
        #expect(mean(sum, count: 9).squaredNorm == 0)
        try sum.add([Float](repeating: 3, count: 9).span, weight: 5)
        sum.clear()
        #expect(sum.totalWeight == 0)
        #expect(mean(sum, count: 9).values == [Float](repeating: 0, count: 9))
        try sum.add([Float](repeating: 2, count: 9).span, weight: 1)
        #expect(mean(sum, count: 9).values == [Float](repeating: 2, count: 9))
        var none = exactSum(0, largestWeight: 1)
        try none.add([Float]().span, weight: 1)
        #expect(mean(none, count: 0).values == [])
    }

    @Test(arguments: [Float.nan, .infinity, -.infinity, 1024, -1024, 3e38])
    func `an element that does not fit is refused, wherever it stands`(value: Float) {
        for largest in Self.weights {
            for index in [0, 7, 8, 15, 16, 17] {
                var update = [Float](repeating: 1, count: 18)
                update[index] = value
                for weight in [1, largest] {
                    #expect(throws: ExactSum.OutOfGrid.self, "\(index), \(weight), \(largest)") {
                        var sum = exactSum(18, largestWeight: largest)
                        try sum.add(update.span, weight: weight)
                    }
                }
            }
        }
    }

    @Test(arguments: 0..<20 as Range<UInt64>)
    func `a summand that is refused leaves no trace`(seed: UInt64) throws {
        let all = summands(seed: seed, count: 6, parameters: 37, largestWeight: 60_000)
        var numbers = Numbers(state: seed)
        var clean = exactSum(37, largestWeight: 60_000)
        var other = exactSum(37, largestWeight: 60_000)
        for (update, weight) in all {
            try clean.add(update.span, weight: weight)
            var bad = update
            for value in [Float.nan, .infinity, -.infinity, 1024, -3e38, -.signalingNaN] {
                bad[Int(numbers.next() % 37)] = value
            }
            let refused = bad
            for weight in [0, weight] {
                #expect(throws: ExactSum.OutOfGrid.self) {
                    try other.add(refused.span, weight: weight)
                }
            }
            try other.add(update.span, weight: weight)
        }
        let (total, otherTotal) = (clean.totalWeight, other.totalWeight)
        #expect(total == otherTotal)
        let (values, others) = (mean(clean, count: 37).values, mean(other, count: 37).values)
        #expect(values.map(\.bitPattern) == others.map(\.bitPattern), "seed \(seed)")
    }

    @Test func `the refusal counts the elements`() {
        var sum = exactSum(20, largestWeight: 1)
        var update = [Float](repeating: 0, count: 20)
        (update[0], update[9], update[19]) = (.nan, 1e9, -.infinity)
        let span = update
        do {
            try sum.add(span.span, weight: 1)
            Issue.record("not refused")
        } catch {
            #expect(error.elements == 3)
            #expect(
                error.description
                    == "expected update values below 1024.0, found 3 larger or not finite (data that"
                    + " are not standardised can cause this)")
        }
    }

    @Test(arguments: weights)
    func `4,096 summands of the largest weight and magnitude do not overflow`(
        weight: UInt32
    ) throws {
        var sum = exactSum(9, largestWeight: weight)
        let update = (0..<9).map { ($0 % 2 == 0 ? 1 : -1) * Float(1024).nextDown }
        for _ in 0..<4096 { try sum.add(update.span, weight: weight) }
        #expect(mean(sum, count: 9).values == update)
    }
}
