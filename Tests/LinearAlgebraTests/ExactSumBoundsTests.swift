import LinearAlgebra
import TestSupport
import Testing

/// Sums of many summands at the bounds, where 63 bits could overflow.
@Suite struct `Exact sums of large cohorts` {
    /// A summand: its weight and its elements.
    private struct Summand {
        var weight: UInt32
        var factor = 1.0
        var update: [Float]
    }

    private static let top = Float(1024).nextDown

    /// So many summands, the largest that there can be, with signs and weights that follow the
    /// seed.
    private func summands(_ count: Int, _ weights: [UInt32], _ seed: UInt64) -> [Summand] {
        var numbers = Numbers(state: seed)
        return (0..<count).map { _ in
            let weight = weights[Int(numbers.next() % UInt64(weights.count))]
            // All of one sign; of both signs; small ones that the large ones must not swallow.
            let sign: Float = numbers.next() % 2 == 0 ? 1 : -1
            let small = Float(numbers.next() % 1000) / 1000
            return Summand(weight: weight, update: [Self.top, -Self.top, sign * Self.top, small])
        }
    }

    private func bits(_ all: [Summand], _ largestWeight: UInt32, total: UInt64) throws
        -> [UInt32]
    {
        var sum = ExactSum(parameters: 4, largestWeight: largestWeight, largestTotal: total)
        for it in all { try sum.add(it.update.span, weight: it.weight, times: it.factor) }
        var values = [Float](repeating: .nan, count: 4)
        var span = values.mutableSpan
        _ = sum.mean(into: &span)
        return values.map(\.bitPattern)
    }

    /// By weight up, down, in chunks, and at random.
    private func orders(_ all: [Summand], _ seed: UInt64) -> [[Summand]] {
        var numbers = Numbers(state: seed)
        let ascending = all.sorted { ($0.weight, $0.update[3]) < ($1.weight, $1.update[3]) }
        let chunks = stride(from: 0, to: all.count, by: 97).map {
            all[$0..<min($0 + 97, all.count)]
        }
        return [
            ascending, ascending.reversed(), chunks.shuffled(using: &numbers).flatMap { $0 },
            all.shuffled(using: &numbers), all.sorted { $0.update[2] < $1.update[2] },
        ]
    }

    @Test(.slow, arguments: [1, 2, 4095, 4096, 4097, 8192, 20_000, 100_000])
    func `any number of summands in any order has one sum, which is right`(count: Int) throws {
        let weights: [[UInt32]] = [[1], [600], [1, 2, 60_000], [.max]]
        for (index, weights) in weights.enumerated() {
            let all = summands(count, weights, UInt64(count + index))
            let largest = weights.max() ?? 1
            let total = all.reduce(UInt64(0)) { $0 + UInt64($1.weight) }
            let orders = orders(all, UInt64(index))
            let bits = try bits(all, largest, total: total)
            for order in orders {
                #expect(try self.bits(order, largest, total: total) == bits, "\(weights)")
            }
            let values = bits.map { Float(bitPattern: $0) }
            // Equal elements have their own value for a mean, at the largest magnitude.
            #expect(values[0] == Self.top && values[1] == -Self.top)
            for element in [2, 3] {
                let exact =
                    all.reduce(0.0) { $0 + Double($1.update[element]) * Double($1.weight) }
                    / Double(total)
                // Half a unit a summand, the float's own rounding, and the reference's.
                let bound =
                    Double(count) * 0x1p-53 + Double(Float(exact).ulp) + 1e-13 * 1024
                #expect(abs(Double(values[element]) - exact) <= bound, "\(weights), \(element)")
            }
        }
    }

    /// Factors beside the weights, as FedNova has them: whatever they are, nothing wraps, and what
    /// is refused does not depend on the order.
    @Test(arguments: [3, 4096, 30_000])
    func `factors leave no way to overflow`(count: Int) throws {
        var numbers = Numbers(state: UInt64(count))
        var all: [Summand] = []
        for index in 0..<count {
            let factor = [1, 1.5, 1000, 1e-3, 3][index % 5]
            let weight = UInt32(numbers.next() % 700) + 1
            // What fits whatever the weights are.
            let most = Float(1024 / max(factor, 1)) * 0.99
            all.append(
                Summand(weight: weight, factor: factor, update: [most, -most, 0, 1e-3]))
        }
        let total = UInt64(700 * count)
        let bits = try bits(all, 700, total: total)
        for order in orders(all, 3) { #expect(try self.bits(order, 700, total: total) == bits) }
        let weight = all.reduce(0.0) { $0 + Double($1.weight) }
        for element in 0..<4 {
            let exact =
                all.reduce(0.0) {
                    $0 + Double($1.weight) * $1.factor * Double($1.update[element])
                } / weight
            let got = Double(Float(bitPattern: bits[element]))
            #expect(abs(got - exact) <= 1e-6 * max(abs(exact), 1e-3), "\(element)")
        }
    }

    @Test func `the largest scaled summands fill the range and do not leave it`() throws {
        for count in [1, 4096, 10_000, 100_000] {
            let total = UInt64(count)
            var sum = ExactSum(parameters: 1, largestWeight: 1, largestTotal: total)
            // The largest float that is taken, found by halving.
            var (low, high) = (Float(0), Float(1024))
            while low.nextUp < high {
                let middle = low + (high - low) / 2
                do {
                    try sum.add([middle].span, weight: 1, times: 500)
                    low = middle
                } catch { high = middle }
                sum.clear()
            }
            #expect(low > 1024 / 500 * 0.999, "\(count)")
            for _ in 0..<count { try sum.add([low].span, weight: 1, times: 500) }
            var values: [Float] = [0]
            var span = values.mutableSpan
            _ = sum.mean(into: &span)
            #expect(abs(values[0] / (500 * low) - 1) < 1e-6, "\(count)")
        }
    }

    @Test func `a weight that was not planned for is refused, and leaves no trace`() throws {
        var sum = ExactSum(parameters: 1, largestWeight: 10, largestTotal: 25)
        let one: [Float] = [1]
        try sum.add(one.span, weight: 10)
        #expect(throws: ExactSum.OutOfGrid.self) { try sum.add(one.span, weight: 11) }
        try sum.add(one.span, weight: 10)
        do {
            try sum.add(one.span, weight: 6)
            Issue.record("not refused")
        } catch {
            #expect(error.description.contains("fault of hyperfed"))
        }
        try sum.add(one.span, weight: 5)
        let weight = sum.totalWeight
        #expect(weight == 25)
        sum.clear()
        try sum.add(one.span, weight: 10)
    }

    /// The unit, from the rounding of a number that lies on no grid: today's runs keep theirs.
    @Test func `up to 4,096 summands the unit follows from the largest weight alone`() throws {
        for weight in [1, 3, 600, 60_000, 1 << 31] as [UInt32] {
            var results: [[UInt32]] = []
            for summands in [1, 10, 4096] as [UInt64] {
                var sum = ExactSum(
                    parameters: 1, largestWeight: weight,
                    largestTotal: UInt64(weight) * summands)
                try sum.add([0.1 / 3].span, weight: 1)
                var values: [Float] = [0]
                var span = values.mutableSpan
                let square = sum.mean(into: &span)
                results.append([
                    values[0].bitPattern, UInt32(truncatingIfNeeded: square.bitPattern),
                ])
            }
            #expect(results.allSatisfy { $0 == results[0] }, "\(weight)")
        }
    }
}
