import RandomStreams
import Testing

/// The first numbers of a key.
func words(_ key: RandomKey, _ count: Int = 4) -> [UInt64] {
    var stream = key.stream()
    return (0..<count).map { _ in stream.bits() }
}

@Suite struct `Random keys` {
    @Test func `purposes are never renumbered`() {
        let numbered = RandomKey.Purpose.allCases.map { "\($0.rawValue) \($0)" }
        #expect(
            numbered == [
                "1 cohort", "2 partition", "3 initialization", "4 batches", "5 validation",
                "6 dropout", "7 faults", "8 data", "9 seeds", "10 validationBatches",
                "11 scheduler", "12 startingValues", "13 devices", "14 shifts", "15 statistics",
                "16 compression", "17 modelCompression",
            ])
    }

    // Written down once. If this fails, every result of every seed has changed.
    @Test(
        arguments: [
            (.cohort, 0x663b_e364_f4b8_4667),
            (.partition, 0x37cb_fe0b_fe57_9832),
            (.initialization, 0x51d6_f49c_1ae2_696d),
            (.batches, 0xd551_7626_1b51_db8e),
            (.validation, 0xec3f_4143_c97b_1c07),
            (.dropout, 0xd8e7_afd4_3a4d_f057),
            (.faults, 0x218f_521b_c89b_8659),
            (.data, 0xe66d_94b0_d893_99f3),
            (.seeds, 0x7e09_7a98_e3ca_0efd),
            (.validationBatches, 0x33a3_361c_2803_fb38),
            (.scheduler, 0xea1a_5bfc_e4a2_6634),
            (.startingValues, 0x1385_62ec_9238_d3d0),
            (.devices, 0x2636_5175_410d_487d),
            (.shifts, 0xdb1c_b631_b2b7_3006),
            (.statistics, 0x98df_5c3a_b1d3_a5b3),
            (.compression, 0x717a_9d38_4faa_eaec),
            (.modelCompression, 0x13f5_f843_0bf1_5e1b),
        ] as [(RandomKey.Purpose, UInt64)])
    func `golden first numbers of seed 1, client 2, round 3`(
        purpose: RandomKey.Purpose, first: UInt64
    ) {
        #expect(words(RandomKey(seed: 1, purpose, client: 2, round: 3), 1) == [first])
    }

    @Test func `the same key gives the same numbers, whoever asked before`() {
        let key = RandomKey(seed: 5, .cohort, round: 7)
        let first = words(key)
        var other = RandomKey(seed: 5, .cohort, round: 8).stream()
        _ = other.normal()
        #expect(words(key) == first)
        #expect(RandomKey(seed: 5, .cohort, client: 0, round: 7) == key)
    }

    @Test func `no two keys share a number`() {
        var seen: Set<UInt64> = []
        var count = 0
        for seed in [0, 1, 2, 1 << 32, 1 << 63, UInt64.max] {
            for purpose in RandomKey.Purpose.allCases {
                for client in [0, 1, 2, 1 << 30, UInt32.max] {
                    for round in [0, 1, 2, UInt32.max] {
                        let key = RandomKey(seed: seed, purpose, client: client, round: round)
                        seen.formUnion(words(key))
                        count += 4
                    }
                }
            }
        }
        // 7,200 draws of 64 bits: the chance of a coincidence is 1.4e-12.
        #expect(seen.count == count)
    }

    @Test func `streams of neighbouring keys are not correlated`() {
        // Bits of 4,000 pairs agree in half the cases: 256,000 bits, standard deviation 253.
        for step in 0..<3 {
            var agreeing = 0
            for index in 0..<4000 as Range<UInt32> {
                let one = RandomKey(seed: 9, .batches, client: index, round: index)
                var two = one
                switch step {
                case 0: two.client += 1
                case 1: two.round += 1
                default: two.seed += 1
                }
                agreeing += (~(words(one, 1)[0] ^ words(two, 1)[0])).nonzeroBitCount
            }
            #expect(abs(agreeing - 128_000) < 5 * 253, "step \(step)")
        }
    }
}
