/// A count for each kind of event.
public struct Counts<Kind: Hashable & CaseIterable & Sendable>: Equatable, Sendable {
    /// The counts that are not 0, so that equal counts are equal values.
    private var others: [Kind: Int] = [:]

    /// Creates counts of 0.
    public init() {}

    /// The count of a kind.
    public subscript(kind: Kind) -> Int {
        get { others[kind] ?? 0 }
        set { others[kind] = newValue == 0 ? nil : newValue }
    }

    /// Returns the sums of two counts, kind by kind.
    public static func + (one: Self, other: Self) -> Self {
        var sum = one
        for kind in Kind.allCases { sum[kind] += other[kind] }
        return sum
    }

    /// Returns the differences of two counts, kind by kind.
    public static func - (one: Self, other: Self) -> Self {
        var difference = one
        for kind in Kind.allCases { difference[kind] -= other[kind] }
        return difference
    }
}
