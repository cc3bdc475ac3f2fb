import LearningRates
import Simulation
import Testing

@Suite struct `Warnings about hyper-rates` {
    private func watch(_ form: HypergradientForm?) -> RateMonitor {
        RateMonitor(scheduler: "fedhyper_g", form: form, rate: "global rate", start: 2)
    }

    private let saturated =
        "fedhyper_g (paper form): expected changes of the global rate within its bounds, found the"
        + " first one on a bound (hypergradient saturates); lower its hyper_rate or use form:"
        + " normalized"
    private let inert =
        "fedhyper_g (paper form): expected the global rate to change, found it within 1 % of 2.0"
        + " after 20 rounds (hypergradient inert); raise its hyper_rate or use form: normalized"

    @Test func `a first change that lands on a bound is said once`() {
        var watch = watch(.paper)
        #expect(watch.record(rates: [2], saturatedAtOnce: false) == nil)
        #expect(watch.record(rates: [6], saturatedAtOnce: true) == saturated)
        for _ in 0..<40 { #expect(watch.record(rates: [2], saturatedAtOnce: true) == nil) }
    }

    @Test func `a rate that does not move in 20 rounds is said once`() {
        var watch = watch(.paper)
        for _ in 1..<20 {
            #expect(watch.record(rates: [1.99, 2.01], saturatedAtOnce: false) == nil)
        }
        #expect(watch.record(rates: [2], saturatedAtOnce: false) == inert)
        for _ in 0..<40 { #expect(watch.record(rates: [2], saturatedAtOnce: false) == nil) }
    }

    @Test(arguments: [1.97, 2.03])
    func `a rate that moved by more than 1 % once is not inert`(rate: Double) {
        var watch = watch(.paper)
        #expect(watch.record(rates: [2, rate], saturatedAtOnce: false) == nil)
        for _ in 0..<60 { #expect(watch.record(rates: [2], saturatedAtOnce: false) == nil) }
    }

    @Test(arguments: [HypergradientForm.normalized, nil])
    func `nothing is said of other forms`(form: HypergradientForm?) {
        var watch = watch(form)
        for _ in 0..<40 { #expect(watch.record(rates: [2], saturatedAtOnce: true) == nil) }
    }

    private func stillWatch(carries: Bool, start: Double = 0.1) -> RateMonitor {
        RateMonitor(
            scheduler: "dsa", form: nil, rate: "local rate", start: start, adapts: true,
            carries: carries)
    }

    @Test func `a local rate that never moves is said after five rounds that could show it`() {
        var watch = stillWatch(carries: false)
        for _ in 0..<4 {
            #expect(watch.record(rates: [0.1], saturatedAtOnce: false, clients: [1]) == nil)
        }
        let text = watch.record(rates: [0.1], saturatedAtOnce: false, clients: [2])
        #expect(
            text?.hasPrefix(
                "client.scheduler: expected dsa to change the local rate, found no change in 5 rounds"
            )
                == true)
        for _ in 0..<40 {
            #expect(watch.record(rates: [0.1], saturatedAtOnce: false, clients: [1]) == nil)
        }
    }

    /// Where a rule changes a rate after a round's last step, only a client that trains again shows
    /// it.
    @Test func `carried rates are judged by clients that have trained before`() {
        var watch = stillWatch(carries: true)
        for client in 0..<30 as Range<UInt32> {
            #expect(watch.record(rates: [0.1], saturatedAtOnce: false, clients: [client]) == nil)
        }
        for client in 0..<4 as Range<UInt32> {
            #expect(watch.record(rates: [0.1], saturatedAtOnce: false, clients: [client]) == nil)
        }
        let text = watch.record(rates: [0.1], saturatedAtOnce: false, clients: [9, 40])
        #expect(text?.contains("in 35 rounds") == true)
        var moved = stillWatch(carries: true)
        for round in 0..<60 as Range<UInt32> {
            let rate = round == 20 ? 0.11 : 0.1
            #expect(
                moved.record(rates: [rate], saturatedAtOnce: false, clients: [round % 20]) == nil)
        }
    }

    @Test func `a rate in single precision is its start too`() {
        var watch = stillWatch(carries: false)
        var texts = 0
        for _ in 0..<5 {
            let rates = [Double(Float(0.1))]
            texts += watch.record(rates: rates, saturatedAtOnce: false) == nil ? 0 : 1
        }
        #expect(texts == 1)
    }
}
