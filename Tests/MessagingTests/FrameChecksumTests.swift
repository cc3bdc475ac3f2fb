import Federation
import Messaging
import Testing

@Suite struct `The checksum of floats` {
    private func floats(_ count: Int) -> [Float] { (0..<count).map { Float($0) * 0.37 - 3 } }

    @Test(arguments: [1, 2, 3, 15, 16, 17, 33, 100])
    func `any flipped bit changes it`(count: Int) {
        let original = floats(count)
        let checksum = frameChecksum(original.span)
        for bit in 0..<count * 32 {
            var flipped = original
            let bits = flipped[bit / 32].bitPattern ^ (1 << UInt32(bit % 32))
            flipped[bit / 32] = Float(bitPattern: bits)
            #expect(frameChecksum(flipped.span) != checksum, "bit \(bit)")
        }
    }

    @Test func `any two exchanged floats change it`() {
        let original = floats(70)
        let checksum = frameChecksum(original.span)
        for first in 0..<70 {
            for second in 0..<first {
                var exchanged = original
                exchanged.swapAt(first, second)
                #expect(frameChecksum(exchanged.span) != checksum, "\(first), \(second)")
            }
        }
    }

    @Test func `any two changed signs change it`() {
        let original = floats(70)
        let checksum = frameChecksum(original.span)
        for first in 0..<70 {
            for second in 0..<first {
                var changed = original
                changed[first].negate()
                changed[second].negate()
                #expect(frameChecksum(changed.span) != checksum, "\(first), \(second)")
            }
        }
    }

    @Test func `zeros of different counts differ`() {
        let checksums = (0...64).map { frameChecksum([Float](repeating: 0, count: $0).span) }
        #expect(Set(checksums).count == 65)
    }

    /// Numbers of Python's xxhash 4.1 (`xxh3_64_intdigest`) for the same bytes: XXH3 takes another
    /// way for lengths up to 16, 128 and 240 bytes and above.
    @Test(
        arguments: [
            (0, 3_244_421_341_483_603_138), (1, 4_385_157_527_344_584_205),
            (37, 7_980_084_506_116_971_067), (1000, 13_457_597_725_716_679_255),
        ] as [(Int, UInt64)])
    func `it is XXH3, the same everywhere`(count: Int, expected: UInt64) {
        #expect(frameChecksum(floats(count).span) == expected)
    }

    @Test func `a body is compared with its header`() throws {
        let values = floats(5)
        let checksum = frameChecksum(values.span)
        func model(_ checksum: UInt64, count: UInt64 = 5) -> Message {
            .model(
                Message.Model(
                    run: 1, version: 1, parts: [], parameterCount: count, checksum: checksum))
        }
        let rates = RateTrace(first: 1, last: 1, smallest: 1, largest: 1, mean: 1)
        let report = ClientReport(
            round: 1, client: 2, attempt: 1, samples: 3, steps: 4, meanLoss: 0, squaredNorm: 0,
            rates: rates, seconds: 0)
        func shared(_ checksum: UInt64) -> Message {
            .update(
                Message.Update(
                    run: 1, report: report, sharedSlot: 0, parameterCount: 5, checksum: checksum))
        }
        try model(checksum).checkFloats(values.span)
        try shared(checksum).checkFloats(values.span)
        // In shared memory no checksum need be given.
        try shared(0).checkFloats(values.span)
        #expect(throws: MessageError.checksum(.model, declared: 0, found: checksum)) {
            try model(0).checkFloats(values.span)
        }
        #expect(throws: MessageError.checksum(.update, declared: 9, found: checksum)) {
            try shared(9).checkFloats(values.span)
        }
        #expect(throws: MessageError.bodySize(.model, declared: 24, found: 20)) {
            try model(checksum, count: 6).checkFloats(values.span)
        }
    }
}
