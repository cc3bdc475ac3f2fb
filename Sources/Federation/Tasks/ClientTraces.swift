/// How a client's rate and what else its scheduler adapts went over one round; empty where nothing
/// is adapted.
public struct ClientTraces: Equatable, Sendable {
    /// How many steps lie between two of the rates.
    public var stride: UInt32
    /// The rates of the steps 0, s, 2s, …: as many as the scenario asks for, at most. The mean over
    /// the parameters where they have rates of their own.
    public var rates: [Double]
    /// Other numbers of the scheduler's state after the round.
    public var readings: [TracedValue]

    /// Traces from their numbers; none at all without any.
    public init(stride: UInt32 = 1, rates: [Double] = [], readings: [TracedValue] = []) {
        (self.stride, self.rates, self.readings) = (stride, rates, readings)
    }
}
