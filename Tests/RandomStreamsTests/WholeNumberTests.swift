import RandomStreams
import Testing

@Suite struct `Whole random numbers` {
    @Test(arguments: [1, 2, 3, 6, 7, 10, 97])
    func `below a bound are equally likely`(bound: Int) {
        // Chi square with bound − 1 degrees of freedom; 5 standard deviations above its mean.
        var stream = RandomKey(seed: 11, .faults, client: UInt32(bound)).stream()
        let draws = 1000 * bound
        var counts = [Int](repeating: 0, count: bound)
        for _ in 0..<draws { counts[stream.below(bound)] += 1 }
        let chiSquare = counts.reduce(0.0) {
            $0 + (Double($1) - 1000) * (Double($1) - 1000) / 1000
        }
        let freedom = Double(bound - 1)
        #expect(chiSquare <= freedom + 5 * (2 * freedom).squareRoot())
        #expect(bound == 1 || chiSquare > 0)
    }

    @Test func `bounds near the largest whole number are not biased`() {
        // With 3 · 2^61, multiplying without rejection would favour every third number; so the
        // remainders by 3 show it: 60,000 draws, 20,000 each, standard deviation 115.
        var stream = RandomKey(seed: 12, .faults).stream()
        let bound = 3 << 61
        var counts = [0, 0, 0]
        for _ in 0..<60_000 {
            let value = stream.below(bound)
            #expect(value >= 0 && value < bound)
            counts[value % 3] += 1
        }
        for count in counts { #expect(abs(count - 20_000) < 5 * 115) }
        #expect((0..<100).allSatisfy { _ in stream.below(.max) >= 0 })
    }

    @Test(arguments: [0, 1, 2, 3, 10, 1000])
    func `a shuffle is a permutation`(count: Int) {
        for seed in 0..<20 as Range<UInt64> {
            var stream = RandomKey(seed: seed, .batches).stream()
            var elements = Array(0..<count)
            stream.shuffle(&elements)
            #expect(elements.sorted() == Array(0..<count), "seed \(seed)")
        }
    }

    @Test func `golden orders, generic and specialised alike`() {
        var generic = RandomKey(seed: 3, .batches).stream()
        var letters = Array("abcdefghij")
        generic.shuffle(&letters)
        #expect(String(letters) == "icdbhgfaej")
        var specialised = RandomKey(seed: 3, .batches).stream()
        var numbers: [Int32] = Array(0..<10)
        specialised.shuffle(&numbers)
        let alphabet = Array("abcdefghij")
        #expect(String(numbers.map { alphabet[Int($0)] }) == String(letters))
    }

    @Test func `every order is equally likely`() {
        // 24 orders of 4, 24,000 draws: chi square with 23 degrees of freedom.
        var counts: [[Int32]: Int] = [:]
        var stream = RandomKey(seed: 4, .batches).stream()
        for _ in 0..<24_000 {
            var order: [Int32] = [0, 1, 2, 3]
            stream.shuffle(&order)
            counts[order, default: 0] += 1
        }
        #expect(counts.count == 24)
        let chiSquare = counts.values.reduce(0.0) {
            $0 + (Double($1) - 1000) * (Double($1) - 1000) / 1000
        }
        #expect(chiSquare < 23 + 5 * 6.8)
    }
}
