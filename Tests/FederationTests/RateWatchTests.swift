import Federation
import LearningRates
import Testing

@Suite struct `Warnings about hyper-rates` {
    private func watch(_ form: HypergradientForm?) -> RateWatch {
        RateWatch(scheduler: "fedhyper_g", form: form, rate: "global rate", start: 2)
    }

    private let saturated =
        "fedhyper_g (paper form): hypergradient saturates: the first change of the global rate"
        + " landed on a bound; lower its hyper_rate or use form: normalized"
    private let inert =
        "fedhyper_g (paper form): hypergradient inert: after 20 rounds the global rate is within"
        + " 1 % of 2.0; raise its hyper_rate or use form: normalized"

    @Test func `a first change that lands on a bound is said once`() {
        var watch = watch(.paper)
        #expect(watch.note(rates: [2], saturatedAtOnce: false) == nil)
        #expect(watch.note(rates: [6], saturatedAtOnce: true) == saturated)
        for _ in 0..<40 { #expect(watch.note(rates: [2], saturatedAtOnce: true) == nil) }
    }

    @Test func `a rate that does not move in 20 rounds is said once`() {
        var watch = watch(.paper)
        for _ in 1..<20 { #expect(watch.note(rates: [1.99, 2.01], saturatedAtOnce: false) == nil) }
        #expect(watch.note(rates: [2], saturatedAtOnce: false) == inert)
        for _ in 0..<40 { #expect(watch.note(rates: [2], saturatedAtOnce: false) == nil) }
    }

    @Test(arguments: [1.97, 2.03])
    func `a rate that moved by more than 1 % once is not inert`(rate: Double) {
        var watch = watch(.paper)
        #expect(watch.note(rates: [2, rate], saturatedAtOnce: false) == nil)
        for _ in 0..<60 { #expect(watch.note(rates: [2], saturatedAtOnce: false) == nil) }
    }

    @Test(arguments: [HypergradientForm.normalized, nil])
    func `nothing is said of other forms`(form: HypergradientForm?) {
        var watch = watch(form)
        for _ in 0..<40 { #expect(watch.note(rates: [2], saturatedAtOnce: true) == nil) }
    }
}
