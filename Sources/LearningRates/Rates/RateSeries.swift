/// The rates of a round's steps, thinned to a bounded number: those of the steps 0, s, 2s, … with
/// the smallest power of two s for which they are at most `capacity`.
public struct RateSeries: Sendable {
    /// The most that are kept.
    public let capacity: Int
    /// The kept rates.
    public private(set) var rates: [Double] = []
    /// How many steps lie between two of them, s.
    public private(set) var stride = 1
    private var steps = 0

    /// A series of no steps.
    ///
    /// - Parameter capacity: even; 0 keeps nothing.
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
