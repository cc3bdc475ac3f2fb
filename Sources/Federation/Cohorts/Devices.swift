import RandomStreams
import RealModule
public import Settings

/// The section `clients.devices`: the speeds of devices and links, and how often they fail. Their
/// times are simulated.
///
///     T_i = bytes down / r_down + samples_i / s_i + bytes up / r_up
///     s_i = s exp(σ z_i),   z_i standard normal from the stream (seed, devices, client)
///
/// With `classes`, each client has the speeds of one class, drawn with the probability of the
/// class's share from the stream (seed, devices, client, 1). A speed that the class does not have
/// is that of all clients.
///
/// The median speed is s, and σ is its spread. A speed that is not set takes no time. `samples_i`
/// counts the samples of all local steps, with repetition. Work of a scheduler beside the gradient
/// is not counted. In each round, a report fails with the probability `dropout`, drawn from the
/// stream (seed, dropout, client, round).
public struct Devices: Sendable {
    private let speeds: DeviceClass
    private let speedSpread: Double
    private let classes: [DeviceClass]
    /// The probability that a client's report of a round never arrives.
    public let dropout: Double

    /// Reads the section `clients.devices`.
    public init(_ settings: Settings) {
        var speeds = DeviceClass()
        speeds.samplesPerSecond = settings.optionalNumber(
            "samples_per_second", in: .between(1e-6, 1e18),
            "samples that a client trains on in a simulated second; the median where they differ")
        speedSpread = settings.number(
            "speed_spread", default: 0, in: .between(0, 10),
            "spread of that speed over the clients: the standard deviation of its logarithm")
        speeds.readBandwidths(settings)
        self.speeds = speeds
        classes = settings.components(
            "classes", from: deviceClasses, default: [], atMost: 1000,
            "classes of devices with other speeds, each with its share of the clients"
        ).map(\.component)
        dropout = settings.number(
            "dropout", default: 0, in: .fraction,
            "probability for each client and round that its report never comes")
        if speedSpread > 0, speeds.samplesPerSecond == nil,
            !classes.contains(where: { $0.samplesPerSecond != nil })
        {
            settings.reject(
                "speed_spread", expected: "a speed to spread", found: "no value",
                advice: "set \(settings.path).samples_per_second")
        }
    }

    /// Whether any setting takes simulated time.
    public var haveTime: Bool { speeds.hasTime || classes.contains(where: \.hasTime) }

    /// Returns the speeds of a client without its spread.
    private func speeds(of client: UInt32, seed: UInt64) -> DeviceClass {
        guard let last = classes.last else { return speeds }
        var stream = RandomKey(seed: seed, .devices, client: client, round: 1).stream()
        var left = stream.uniform() * classes.reduce(0) { $0 + $1.share }
        for device in classes {
            left -= device.share
            if left < 0 { return device.completed(by: speeds) }
        }
        return last.completed(by: speeds)
    }

    /// Computes T_i, the arrival of a client's report in simulated seconds after the start of the
    /// round.
    ///
    /// - Parameter samples: the samples of all local steps of the client, with repetition.
    public func seconds(client: UInt32, samples: Int, _ traffic: ClientTraffic, seed: UInt64)
        -> Double
    {
        let device = speeds(of: client, seed: seed)
        var seconds = 0.0
        if let rate = device.bytesPerSecondDown { seconds += Double(traffic.down) / rate }
        if var speed = device.samplesPerSecond {
            if speedSpread > 0 {
                var stream = RandomKey(seed: seed, .devices, client: client).stream()
                speed *= Double.exp(speedSpread * stream.normal())
            }
            seconds += Double(samples) / speed
        }
        if let rate = device.bytesPerSecondUp { seconds += Double(traffic.up) / rate }
        return seconds
    }

    /// Returns whether the report of a client never comes in a round.
    public func dropsOut(client: UInt32, round: UInt32, seed: UInt64) -> Bool {
        guard dropout > 0 else { return false }
        var stream = RandomKey(seed: seed, .dropout, client: client, round: round).stream()
        return stream.uniform() < dropout
    }
}
