/// Returns the mean, which is never outside the range of the values; nil if there are none.
public func mean(_ values: [Double]) -> Double? {
    guard let smallest = values.min(), let largest = values.max() else { return nil }
    let mean = values.reduce(0, +) / Double(values.count)
    // Rounding can put the mean of equal values a hair beside them.
    return mean < smallest ? smallest : mean > largest ? largest : mean
}

/// Returns the sample standard deviation (divisor n − 1); nil if there are fewer than two values.
public func standardDeviation(_ values: [Double]) -> Double? {
    guard values.count > 1, let mean = mean(values) else { return nil }
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (squares / Double(values.count - 1)).squareRoot()
}

/// Returns the median; nil if there are no values. The median of an even count is the mean of the
/// two in the middle.
public func median(_ values: [Double]) -> Double? {
    guard !values.isEmpty else { return nil }
    let sorted = values.sorted()
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

/// Returns a quantile of values in ascending order, linear between order statistics; nil if there
/// are no values.
///
///     h = (n − 1) p,   q = x(⌊h⌋) + (h − ⌊h⌋) (x(⌊h⌋ + 1) − x(⌊h⌋))
///
/// - Parameter share: p, clipped to 0...1.
/// - Source: Hyndman and Fan 1996, definition 7, the default of NumPy.
public func quantile(_ share: Double, ofSorted values: [Double]) -> Double? {
    guard let last = values.last, !share.isNaN else { return nil }
    let position = Double(values.count - 1) * min(max(share, 0), 1)
    let index = Int(position)
    guard index + 1 < values.count else { return last }
    return values[index] + (position - Double(index)) * (values[index + 1] - values[index])
}
