public import Datasets
import RandomStreams
import RealModule
public import Settings

/// When clients are available, in simulated time: `clients.availability` in a scenario.
///
/// Only available clients are drawn. A client that becomes unavailable before its update arrives
/// drops out at that time. If no client is available and none is at work, the clock moves on to the
/// next time at which one is.
public enum Availability: Equatable, Sendable {
    /// All clients are always available.
    case always
    /// Each client is available once in each period. The windows of clients start at about the same
    /// time, so the number of available clients rises and falls like a wave.
    case daily(period: Double, share: Double, spread: Double)
    /// Each client is available and unavailable in turn, for times with exponential distributions.
    case onOff(on: Double, off: Double)
    /// A file has the windows of each client.
    case trace(file: String, period: Double?)
}

extension Availability {
    /// Returns the windows of this kind of availability; nil if clients are always available.
    ///
    /// - Parameter trace: the content of the file of a trace.
    public func windows(seed: UInt64, trace: AvailabilityTrace?) -> ClientWindows? {
        self == .always ? nil : ClientWindows(availability: self, seed: seed, trace: trace)
    }
}

/// The windows of a run in which clients are available. A window follows from the seed, the client
/// and the time alone.
public struct ClientWindows: Sendable {
    let availability: Availability
    let seed: UInt64
    let trace: AvailabilityTrace?

    /// Returns the first window of a client that ends after a time; nil if there is none.
    ///
    /// - Parameter seconds: simulated seconds after the start of the run, at least 0.
    public func window(of client: UInt32, endingAfter seconds: Double) -> AvailabilityWindow? {
        switch availability {
        case .always: AvailabilityWindow(from: 0, to: .infinity)
        case .daily(let period, let share, let spread):
            daily(client, seconds, period, share, spread)
        case .onOff(let on, let off): onOff(client, seconds, on, off)
        case .trace: trace?.window(of: client, endingAfter: seconds)
        }
    }

    /// Computes a window [k P + s_i, k P + s_i + q P) with s_i = P (σ z_i mod 1), and z_i standard
    /// normal from the stream (seed, devices, client, 2).
    private func daily(
        _ client: UInt32, _ seconds: Double, _ period: Double, _ share: Double, _ spread: Double
    ) -> AvailabilityWindow {
        guard share < 1 else { return AvailabilityWindow(from: 0, to: .infinity) }
        var stream = RandomKey(seed: seed, .devices, client: client, round: 2).stream()
        let shift = spread * stream.normal()
        let start = (shift - shift.rounded(.down)) * period
        let length = share * period
        var number = ((seconds - start - length) / period).rounded(.down)
        // Rounding can put the end of a window at the time itself.
        if number * period + start + length <= seconds { number += 1 }
        let from = number * period + start
        return AvailabilityWindow(from: from, to: max(from + length, seconds.nextUp))
    }

    /// Draws the times in blocks of 64 mean cycles, so that a late time costs no more than an early
    /// one. Each block starts with the stationary distribution, at another time for each client.
    private func onOff(_ client: UInt32, _ seconds: Double, _ on: Double, _ off: Double)
        -> AvailabilityWindow?
    {
        let length = 64 * (on + off)
        var phase = RandomKey(seed: seed, .devices, client: client, round: 2).stream()
        let shift = phase.uniform() * length
        var block = ((seconds + shift) / length).rounded(.down)
        // A block without a window that ends later is followed by the next one. A hundred blocks
        // without a window have no measurable probability.
        for _ in 0..<100 {
            let start = block * length - shift
            let key = RandomKey(
                seed: seed, .devices, client: client,
                round: 3 &+ UInt32(truncatingIfNeeded: Int64(min(max(block, 0), 1e15))))
            var stream = key.stream()
            var isOn = stream.uniform() < on / (on + off)
            var time = start
            while time < start + length {
                let mean = isOn ? on : off
                let end = min(
                    time - mean * Double.log(stream.positiveUniform()), start + length)
                if isOn, end > seconds, end > time {
                    return AvailabilityWindow(from: max(time, 0), to: end)
                }
                (time, isOn) = (max(end, time.nextUp), !isOn)
            }
            block += 1
        }
        return nil
    }
}

/// Lists the kinds of availability: `clients.availability` in a scenario.
public let availabilities: [Registered<Availability>] = [
    Registered("always", "all clients are always available") { _ in .always },
    Registered("daily", "a window in each day; the number of available clients is a wave") {
        .daily(
            period: $0.number(
                "period", default: 86_400, in: .between(1, 1e9), "length P of a day in simulated s"
            ),
            share: $0.number(
                "share", default: 0.5, in: .positiveUpTo(1), "length q of a window, in days"),
            spread: $0.number(
                "spread", default: 0.1, in: .between(0, 10),
                "spread σ of the starts of the clients' windows, in days"))
    },
    Registered("on_off", "available and unavailable in turn, for random times (Markov)") {
        .onOff(
            on: $0.number(
                "on", default: 3_600, in: .between(1, 1e9), "mean simulated s of being available"),
            off: $0.number(
                "off", default: 3_600, in: .between(1, 1e9),
                "mean simulated s of being unavailable"))
    },
    Registered("trace", "windows from a file with the columns client, from, to") {
        .trace(
            file: $0.requiredPath(
                "file", "CSV file with a row for each window of a client: client, from, to"),
            period: $0.optionalNumber(
                "period", in: .between(1, 1e9),
                "simulated s after which the trace begins again; by default it ends"))
    },
]
