package import Settings

/// The speeds of a class of devices: an element of `clients.devices.classes` in a scenario.
package struct DeviceClass: Equatable, Sendable {
    /// The share of the clients, relative to the shares of all classes.
    var share = 1.0
    /// The samples that a client trains on in a simulated second; nil if they take no time.
    var samplesPerSecond: Double?
    /// The bytes that a client receives in a simulated second; nil if they take no time.
    var bytesPerSecondDown: Double?
    /// The bytes that a client sends in a simulated second; nil if they take no time.
    var bytesPerSecondUp: Double?

    /// Whether any speed takes simulated time.
    var hasTime: Bool {
        samplesPerSecond != nil || bytesPerSecondDown != nil || bytesPerSecondUp != nil
    }

    /// Reads the keys of both bandwidths.
    mutating func readBandwidths(_ settings: Settings) {
        bytesPerSecondDown = settings.optionalNumber(
            "bytes_per_second_down", in: .between(1e-6, 1e18),
            "bytes that a client receives in a second")
        bytesPerSecondUp = settings.optionalNumber(
            "bytes_per_second_up", in: .between(1e-6, 1e18), "bytes that a client sends in a second"
        )
    }

    /// Returns the class with the speeds of another one where it has none.
    func completed(by other: DeviceClass) -> DeviceClass {
        var device = self
        device.samplesPerSecond = samplesPerSecond ?? other.samplesPerSecond
        device.bytesPerSecondDown = bytesPerSecondDown ?? other.bytesPerSecondDown
        device.bytesPerSecondUp = bytesPerSecondUp ?? other.bytesPerSecondUp
        return device
    }
}

/// Lists the kinds of elements in `clients.devices.classes`. There is only one.
package let deviceClasses: [Registered<DeviceClass>] = [
    Registered("class", "speeds of a share of the clients") { settings in
        var device = DeviceClass()
        device.share = settings.number(
            "share", default: 1, in: .positive,
            "share of the clients, relative to the shares of all classes")
        device.samplesPerSecond = settings.optionalNumber(
            "samples_per_second", in: .between(1e-6, 1e18),
            "samples that a client trains on in a simulated second")
        device.readBandwidths(settings)
        return device
    }
]
