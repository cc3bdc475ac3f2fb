/// The rates of a round's steps, thinned to at most `capacity` values. The values are those of the
/// steps 0, s, 2s, …, where s is the smallest power of two that is large enough.
public struct RateSeries: Sendable {
    /// The largest number of rates that are kept.
    public let capacity: Int
    /// The rates that are kept.
    public private(set) var rates: [Double] = []
    /// The number s of steps from one kept rate to the next.
    public private(set) var stride = 1
    private var steps = 0

    /// Creates a series without steps.
    ///
    /// - Parameter capacity: an even number; 0 keeps nothing.
    public init(capacity: Int) {
        self.capacity = capacity
        rates.reserveCapacity(capacity)
    }

    mutating func clear() {
        rates.removeAll(keepingCapacity: true)
        (stride, steps) = (1, 0)
    }

    mutating func add(_ rate: Double) {
        defer { steps += 1 }
        guard capacity > 0, steps % stride == 0 else { return }
        if rates.count == capacity {
            for index in 0..<capacity / 2 { rates[index] = rates[2 * index] }
            rates.removeLast(capacity - capacity / 2)
            stride *= 2
            // With an even capacity this step is a multiple of the new stride.
        }
        rates.append(rate)
    }
}
