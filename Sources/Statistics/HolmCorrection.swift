/// Returns p-values that are corrected for the number of comparisons, in the order of the input.
///
///     p̃(i) = max over j ≤ i of min(1, (m − j + 1) · p(j)),   p(1) ≤ p(2) ≤ … ≤ p(m)
///
/// A missing p-value stays missing and is not counted in m.
///
/// - Source: Holm 1979.
public func holmCorrection(_ values: [Double?]) -> [Double?] {
    let known = values.indices.filter { values[$0].map { !$0.isNaN } ?? false }
    let order = known.sorted { (values[$0] ?? 1, $0) < (values[$1] ?? 1, $1) }
    var corrected = [Double?](repeating: nil, count: values.count)
    var largest = 0.0
    for (place, index) in order.enumerated() {
        largest = max(largest, min(1, Double(order.count - place) * (values[index] ?? 1)))
        corrected[index] = largest
    }
    return corrected
}

/// Returns the smallest number of seeds with which the exact test can separate a variant from the
/// baseline: the smallest n with m · 2/2ⁿ ≤ 0.05.
///
/// This is 6 for one variant beside the baseline and 8 for five.
///
/// - Parameter comparisons: m, the number of variants beside the baseline.
public func seedsOfExactTest(comparisons: Int) -> Int {
    var (seeds, smallest) = (1, Double(max(comparisons, 1)))
    while smallest > 0.05 {
        seeds += 1
        smallest /= 2
    }
    return seeds
}
