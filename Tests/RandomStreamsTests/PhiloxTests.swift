import RandomStreams
import Testing

@Suite struct `Philox4x32-10` {
    // The vectors that come with Random123 (kat_vectors).
    @Test func `known answers`() {
        #expect(
            Philox.block(counter: SIMD4(repeating: 0), key: SIMD2(repeating: 0))
                == SIMD4(0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8))
        #expect(
            Philox.block(counter: SIMD4(repeating: .max), key: SIMD2(repeating: .max))
                == SIMD4(0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd))
        #expect(
            Philox.block(
                counter: SIMD4(0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344),
                key: SIMD2(0xa409_3822, 0x299f_31d0))
                == SIMD4(0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1))
    }

    @Test func `a stream reads the blocks of its key one after the other`() {
        let key = RandomKey(
            seed: 0x1122_3344_5566_7788, .batches, client: 42, round: 0x9000_0001)
        var stream = key.stream()
        for index in 0..<5 as Range<UInt32> {
            let block = Philox.block(
                counter: SIMD4(index, 0x9000_0001, 42, 4), key: SIMD2(0x5566_7788, 0x1122_3344))
            #expect(stream.bits() == UInt64(block[1]) << 32 | UInt64(block[0]), "\(index)")
            #expect(stream.bits() == UInt64(block[3]) << 32 | UInt64(block[2]), "\(index)")
        }
    }
}
