/// The series of a client's rate and of other adapted numbers in one round. It is empty if nothing
/// is adapted.
public struct ClientTraces: Equatable, Sendable {
    /// The number of steps from one rate to the next.
    public var stride: UInt32
    /// The rates of the steps 0, s, 2s, …, at most as many as the scenario asks for. If parameters
    /// have their own rates, each value is the mean over the parameters.
    public var rates: [Double]
    /// Other numbers of the scheduler's state after the round.
    public var readings: [TracedValue]

    /// Creates traces from their numbers. By default they are empty.
    public init(stride: UInt32 = 1, rates: [Double] = [], readings: [TracedValue] = []) {
        (self.stride, self.rates, self.readings) = (stride, rates, readings)
    }
}
