import Statistics
import Testing

private func key(_ variant: String = "v", _ quantity: String = "final", seed: UInt64 = 1)
    -> ResamplingKey
{
    ResamplingKey(seed: seed, variant: variant, quantity: quantity)
}

@Suite struct `Resampling` {
    private let values = [0.71, 0.74, 0.69, 0.78, 0.73, 0.75, 0.70, 0.77]

    // Written down once: a report of the same folder has the same bits on each machine.
    @Test func `golden bootstrap interval`() {
        #expect(bootstrapInterval([values], key()) == Interval(0.7137499999999999, 0.755))
    }

    @Test func `the interval depends on seed, variant and quantity, and on nothing else`() {
        let one = bootstrapInterval([values], key())
        #expect(one == bootstrapInterval([values], key()))
        for other in [key("w"), key("v", "difference"), key(seed: 2)] {
            #expect(one != bootstrapInterval([values], other))
        }
    }

    @Test func `strata are resampled on their own`() throws {
        // Between the cells there is a gulf, and within each there is nothing: no uncertainty.
        let cells = [[0.1, 0.1, 0.1], [0.9, 0.9, 0.9], []]
        #expect(bootstrapInterval(cells, key()) == Interval(0.5, 0.5))
        // One stratum with the same values is uncertain.
        let mixed = try #require(bootstrapInterval([cells.flatMap { $0 }], key()))
        #expect(mixed.halfWidth > 0.2)
    }

    @Test func `it covers the mean about as often as it says`() throws {
        // Ten values from a known distribution, 300 times: 95 % would be 285; the percentile
        // bootstrap is known to be too narrow with ten.
        var covered = 0
        for seed in 0..<300 as Range<UInt64> {
            var state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1
            let draws = (0..<10).map { _ in
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return Double(state >> 11) * 0x1p-53
            }
            let interval = try #require(
                bootstrapInterval([draws], key(seed: seed), resamples: 1000))
            if interval.contains(0.5) { covered += 1 }
        }
        #expect((250...295).contains(covered), "\(covered)")
    }

    @Test func `a band of a profile holds the profile`() throws {
        let cells = [[0.2, 0.3, 0.25], [0.7, 0.8, 0.6]]
        let profile = PerformanceProfile(cells.flatMap { $0 })
        let thresholds = [0.0, 0.22, 0.5, 0.65, 0.9]
        let band = try #require(profileBand(cells, at: thresholds, key()))
        for (threshold, interval) in zip(thresholds, band) {
            #expect(interval.contains(profile.share(from: threshold)))
        }
        #expect(band[0] == Interval(1, 1) && band[2] == Interval(0.5, 0.5))
        #expect(profileBand([[1, 2]], at: [0], key()) == nil)
    }
}
