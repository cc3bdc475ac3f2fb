import Testing

@Suite struct `The round machine under random faults` {
    @Test func `20,000 schedules: each client once, each round once, nobody idle`() {
        var ignored = 0
        for seed: UInt64 in 0..<20_000 {
            var schedule = FaultSchedule(seed: seed)
            let trouble = schedule.run(rounds: 4)
            ignored += schedule.ignored
            guard trouble == nil else {
                Issue.record("seed \(seed): \(trouble ?? "")")
                return
            }
        }
        // The schedules do what they are for: late and repeated reports come by the thousand.
        #expect(ignored > 20_000)
    }
}
