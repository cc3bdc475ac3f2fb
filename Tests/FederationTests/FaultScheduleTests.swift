import TestSupport
import Testing

@Suite struct `The round machine under random faults` {
    @Test(.slow) func `20,000 schedules: each client once, each round once, nobody idle`() {
        var (ignored, silences, saved, putOuts) = (0, 0, 0, 0)
        var (sums, lostSums) = (0, 0)
        for seed: UInt64 in 0..<20_000 {
            var schedule = FaultSchedule(seed: seed)
            let trouble = schedule.run(rounds: 4)
            ignored += schedule.ignored
            silences += schedule.silences
            saved += schedule.saved
            putOuts += schedule.putOuts
            sums += schedule.sums
            lostSums += schedule.lostSums
            guard trouble == nil else {
                Issue.record("seed \(seed): \(trouble ?? "")")
                return
            }
        }
        // The schedules do what they are for: late and repeated reports come by the thousand.
        #expect(ignored > 20_000)
        #expect(silences > 20_000 && saved > 2000, "\(silences), \(saved)")
        #expect(putOuts > 10, "\(putOuts)")
        #expect(sums > 20_000 && lostSums > 2000, "\(sums), \(lostSums)")
    }
}
