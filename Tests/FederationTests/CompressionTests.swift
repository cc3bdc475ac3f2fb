import AllocationCount
import Federation
import RandomStreams
import TestSupport
import Testing

/// What each kind of compression promises, for many vectors and lengths.
@Suite struct `Compressed vectors` {
    private static let kinds = [
        "fp16", "bf16", "int8", "{ kind: int8, block: 7 }", "{ kind: top_k, share: 0.1 }",
        "{ kind: rand_k, share: 0.1 }", "{ kind: rand_k, share: 0.7, error_feedback: false }",
        "sign",
    ]
    private static let lengths = [1, 2, 7, 8, 9, 63, 64, 65, 512, 513, 1_500]

    private static func key(_ round: UInt32 = 0) -> RandomKey {
        RandomKey(seed: 3, .compression, client: 1, round: round)
    }

    private static func square(_ x: [Float]) -> Double {
        x.reduce(0) { $0 + Double($1) * Double($1) }
    }

    private static func difference(_ x: [Float], _ y: [Float]) -> [Float] {
        zip(x, y).map { $0 - $1 }
    }

    @Test func `of each kind have these lengths`() throws {
        // d = 1,500: 2 d; d + 4 ⌈d/512⌉; d + 4 ⌈d/7⌉; 8 k and 8 + 4 k with k = 150; ⌈d/8⌉ + 4.
        let expected = [3_000, 3_000, 1_512, 2_360, 1_200, 608, 4_208, 192]
        #expect(try Self.kinds.map { try compression($0).packedBytes(1_500) } == expected)
        // At least one number is sent.
        #expect(try compression("{ kind: top_k, share: 0.0001 }").packedBytes(98) == 8)
        #expect(try compression("{ kind: rand_k, share: 1 }").packedBytes(98) == 8 + 4 * 98)
        let traffic = ClientTraffic(
            parameters: 1_500, vectorsDown: 1, vectorsUp: 2, model: try compression("bf16"),
            update: try compression("sign"))
        #expect(traffic.down == 3_000 + 6_000 + 8 && traffic.up == 192 + 12_000 + 32)
    }

    /// All bytes are written and used: a byte that is left out shows as the 0xA5 of before, and the
    /// memory of the sender does not help the receiver.
    @Test(arguments: kinds, lengths)
    func `are the same bytes each time`(kind: String, length: Int) throws {
        let compression = try compression(kind)
        let x = Fixture.numbers(length, 11)
        let first = PackedVector(x, compression, Self.key())
        let second = PackedVector(x, compression, Self.key())
        #expect(first.bytes == second.bytes)
        #expect(first.arrives.map(\.bitPattern) == second.arrives.map(\.bitPattern))
        #expect(first.arrives.allSatisfy { $0.isFinite })
        let other = PackedVector(x, compression, Self.key(1))
        let isRandom = kind.contains("rand_k") || kind.contains("int8")
        if length > 60 { #expect((other.bytes != first.bytes) == isRandom) }
    }

    @Test(arguments: kinds) func `without finite numbers show it, and do not trap`(kind: String)
        throws
    {
        let compression = try compression(kind)
        for bad: Float in [.nan, -.nan, .infinity, -.infinity] {
            for length in [1, 9, 513] {
                var x = Fixture.numbers(length, 2)
                x[length / 2] = bad
                let arrives = PackedVector(x, compression, Self.key()).arrives
                if !kind.contains("rand_k") {
                    #expect(!arrives.allSatisfy { $0.isFinite }, "\(bad), \(length)")
                }
            }
        }
        let huge = [
            Float.greatestFiniteMagnitude, -.greatestFiniteMagnitude, .leastNonzeroMagnitude,
        ]
        let arrives = PackedVector(huge, compression, Self.key()).arrives
        #expect(arrives[2] == 0 || !kind.contains("int8"))
    }

    /// Swift's Float16 is the reference; every float that is a half comes back, and so do ties.
    @Test func `in fp16 are rounded as Float16 is`() throws {
        let compression = try compression("fp16")
        var x = (0...UInt16.max).map { Float(Float16(bitPattern: $0)) }
        x += (0..<UInt16.max).flatMap { bits -> [Float] in
            let (low, high) = (
                Float(Float16(bitPattern: bits)), Float(Float16(bitPattern: bits + 1))
            )
            let middle = (low + high) / 2
            return [middle, middle.nextUp, middle.nextDown]
        }
        x += [65_519, 65_520, -65_520, 1e9, 0x1p-25, 0x1.000002p-25, .leastNonzeroMagnitude]
        let arrives = PackedVector(x, compression, Self.key()).arrives
        var differences = 0
        for (number, found) in zip(x, arrives) {
            let expected = Float(Float16(number))
            let isEqual =
                number.isNaN ? found.isNaN : found.bitPattern == expected.bitPattern
            differences += isEqual ? 0 : 1
        }
        #expect(differences == 0)
    }

    @Test func `in bf16 are rounded to even`() throws {
        let compression = try compression("bf16")
        let x: [Float] = [
            1, 1 + 0x1p-8, 1 + 0x3p-8, 1 + 0x1.02p-8, -1 - 0x1p-8, 3.3e38, .greatestFiniteMagnitude,
        ]
        let arrives = PackedVector(x, compression, Self.key()).arrives
        #expect(arrives[0...4] == [1, 1, 1 + 0x1p-6, 1 + 0x1p-7, -1])
        #expect(arrives[5].isFinite && arrives[6] == .infinity)
        for number in Fixture.numbers(2_000, 5) {
            let found = PackedVector([number], compression, Self.key()).arrives[0]
            #expect(abs(found - number) <= 0x1p-8 * number.magnitude.binade)
            #expect(found.bitPattern & 0xFFFF == 0)
        }
    }

    /// A biased rounding, or indices that are not equally likely, would move the mean by many of
    /// its standard errors.
    @Test(arguments: [
        "int8", "{ kind: int8, block: 7 }", "{ kind: rand_k, share: 0.25, error_feedback: false }",
    ])
    func `have the right mean over the draws`(kind: String) throws {
        let compression = try compression(kind)
        let x = Fixture.numbers(40, 4)
        let draws = 6_000
        var (sum, squares) = ([Double](repeating: 0, count: 40), [Double](repeating: 0, count: 40))
        for round in 0..<UInt32(draws) {
            for (index, value) in PackedVector(x, compression, Self.key(round)).arrives.enumerated()
            {
                let error = Double(value) - Double(x[index])
                sum[index] += error
                squares[index] += error * error
            }
        }
        var moves = 0
        for index in x.indices {
            let mean = sum[index] / Double(draws)
            let deviation = (squares[index] / Double(draws)).squareRoot()
            // The largest number of a block has no error but that of its product.
            let bound = 5 * deviation / Double(draws).squareRoot() + 1e-6
            #expect(abs(mean) <= bound, "\(index): \(mean), expected at most \(bound)")
            moves += deviation > 1e-4 ? 1 : 0
        }
        #expect(moves > 25)
    }

    @Test func `in int8 have an error below the scale of their block`() throws {
        for block in [7, 512] {
            let x = Fixture.numbers(1_500, 8)
            let arrives = PackedVector(
                x, try compression("{ kind: int8, block: \(block) }"), Self.key()
            )
            .arrives
            for start in stride(from: 0, to: x.count, by: block) {
                let part = start..<min(start + block, x.count)
                let scale = (x[part].map(\.magnitude).max() ?? 0) / 127
                #expect(part.allSatisfy { abs(arrives[$0] - x[$0]) <= 1.0001 * scale })
            }
        }
    }

    /// Sorting is the reference for the selection: the largest magnitudes, lower indices first.
    @Test(arguments: lengths, [0.001, 0.1, 0.5, 1])
    func `of top_k are the largest numbers, and the error is small`(length: Int, share: Double)
        throws
    {
        let compression = try compression("{ kind: top_k, share: \(share) }")
        let kept = compression.packedBytes(length) / 8
        for (name, scale) in [(1, 1.0), (2, 1e-30), (3, 1e30)] as [(UInt32, Double)] {
            var x = Fixture.numbers(length, name, scale: scale)
            // Many numbers of equal magnitude, of which only some are sent.
            if name == 3 { x = x.map { $0 > 0 ? 2 : -2 } }
            let order = x.indices.sorted {
                (x[$1].magnitude, $0) < (x[$0].magnitude, $1)
            }
            var expected = [Float](repeating: 0, count: length)
            for index in order.prefix(kept) { expected[index] = x[index] }
            let arrives = PackedVector(x, compression, Self.key()).arrives
            #expect(arrives == expected)
            let bound = (1 - Double(kept) / Double(length)) * Self.square(x)
            #expect(
                Self.square(Self.difference(arrives, x)) <= bound * (1 + 1e-12) + .ulpOfOne * bound)
        }
    }

    @Test func `of rand_k have each index equally often`() throws {
        let compression = try compression("{ kind: rand_k, share: 0.3 }")
        let x = (0..<20).map { Float($0 + 1) }
        var counts = [Int](repeating: 0, count: 20)
        for round in 0..<4_000 as Range<UInt32> {
            let arrives = PackedVector(x, compression, Self.key(round)).arrives
            #expect(arrives.count { $0 != 0 } == 6)
            for index in x.indices where arrives[index] != 0 {
                #expect(arrives[index] == x[index])
                counts[index] += 1
            }
        }
        // The mean is 1,200, and the standard deviation 29.
        #expect(counts.allSatisfy { abs($0 - 1_200) < 150 }, "\(counts)")
    }

    @Test func `of sign have the mean magnitude`() throws {
        let x = Fixture.numbers(1_500, 6)
        let arrives = PackedVector(x, try compression("sign"), Self.key()).arrives
        let sum = x.reduce(0) { $0 + Double($1.magnitude) }
        #expect(zip(x, arrives).allSatisfy { ($0 < 0) == ($1 < 0) })
        #expect(arrives.allSatisfy { $0.magnitude == Float(sum / 1_500) })
        let error = Self.square(Self.difference(arrives, x))
        let expected = Self.square(x) - sum * sum / 1_500
        #expect(abs(error - expected) < 1e-4 * expected)
        #expect(
            PackedVector([0, -0.0, -3, 1], try compression("sign"), Self.key()).arrives
                == [1, 1, -1, 1])
    }

    @Test(.release("generic code that is not specialised allocates"), arguments: kinds)
    func `need no memory beside what is there`(kind: String) throws {
        let compression = try compression(kind)
        let x = Fixture.numbers(1_500, 6)
        var bytes = [UInt8](repeating: 0, count: compression.packedBytes(1_500))
        var work = [UInt64](repeating: 0, count: compression.workWords(1_500))
        var arrives = x
        var counts: [Int] = []
        counts.reserveCapacity(10)
        var byteSpan = bytes.mutableSpan
        var workSpan = work.mutableSpan
        var arrivesSpan = arrives.mutableSpan
        for round in 0..<10 as Range<UInt32> {
            let before = allocation_count()
            compression.pack(x.span, key: Self.key(round), into: &byteSpan, &workSpan)
            compression.unpack(byteSpan.span, into: &arrivesSpan, &workSpan)
            counts.append(allocation_count() - before)
        }
        #expect(counts.dropFirst().min() == 0, "\(counts)")
    }
}
