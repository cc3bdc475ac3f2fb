import RandomStreams

/// Returns the two-sided p-value of the sign-flip permutation test of paired differences.
///
///     p = share of all 2ⁿ signs with |Σ ±d| ≥ |Σ d|
///
/// Sums that differ by 1e-12 Σ |d| at most count as equal, so that rounding decides nothing. Up to
/// 16 differences all signs are visited, so the smallest p is 2/2ⁿ: 0.25 with three differences,
/// 0.0625 with five, 0.03125 with six. Beyond, B = 100,000 signs are drawn and
/// p = (k + 1)/(B + 1).
///
/// - Returns: nil if there are no differences or if one is not finite.
/// - Source: Fisher 1935; the count of drawn signs as Phipson and Smyth 2010.
public func signFlipTest(_ differences: [Double], _ key: ResamplingKey) -> Double? {
    guard !differences.isEmpty, differences.allSatisfy(\.isFinite) else { return nil }
    let size = differences.reduce(0) { $0 + abs($1) }
    let observed = abs(differences.reduce(0, +)) - 1e-12 * size
    if differences.count <= 16 {
        let middle = differences.count / 2
        let (left, right) = (
            signedSums(differences[..<middle]), signedSums(differences[middle...])
        )
        var count = 0
        for first in left {
            for second in right where abs(first + second) >= observed { count += 1 }
        }
        return Double(count) / Double(left.count * right.count)
    }
    let draws = 100_000
    var stream = key.stream()
    let words = (differences.count + 63) / 64
    var signs = [UInt64](repeating: 0, count: 4 * words)
    var count = 0
    // Four draws side by side. Each has its own random words and adds in the same order, so the
    // sums are those of one draw after the other.
    for _ in 0..<draws / 4 {
        for index in signs.indices { signs[index] = stream.bits() }
        var sums = SIMD4<Double>.zero
        for word in 0..<words {
            var bits = SIMD4<UInt64>(
                signs[word], signs[words + word], signs[2 * words + word], signs[3 * words + word])
            for difference in differences[word * 64..<min(word * 64 + 64, differences.count)] {
                let same = SIMD4(repeating: difference)
                sums += same.replacing(with: -same, where: (bits & 1) .!= 0)
                bits &>>= 1
            }
        }
        for lane in 0..<4 where abs(sums[lane]) >= observed { count += 1 }
    }
    return Double(count + 1) / Double(draws + 1)
}

/// Returns Σ ±d for all signs; [0] of no differences.
private func signedSums(_ differences: ArraySlice<Double>) -> [Double] {
    differences.reduce([0]) { sums, difference in
        sums.map { $0 + difference } + sums.map { $0 - difference }
    }
}

/// Returns the two-sided p-value of the sign test.
///
///     p = min(1, 2 P(Bin(n₊ + n₋, ½) ≥ max(n₊, n₋)))
///
/// Differences of 0 are left out.
///
/// - Returns: nil if there are no differences or one is NaN; 1 if all of them are 0.
/// - Source: Arbuthnot 1710; Dixon and Mood 1946.
public func signTest(_ differences: [Double]) -> Double? {
    guard !differences.isEmpty, !differences.contains(where: \.isNaN) else { return nil }
    let (more, less) = (differences.count { $0 > 0 }, differences.count { $0 < 0 })
    let count = more + less
    let larger = max(more, less)
    guard count > 0 else { return 1 }
    // Whole numbers below 2^53 are exact, and a division by a power of two is, too.
    guard count <= 52 else {
        let (a, b) = (Double(larger), Double(count - larger + 1))
        return min(1, 2 * incompleteBeta(0.5, complement: 0.5, a, b))
    }
    var (ways, sum) = (1.0, 0.0)
    for index in 0...count {
        if index >= larger { sum += ways }
        ways = ways * Double(count - index) / Double(index + 1)
    }
    return min(1, 2 * sum / Double(UInt64(1) << UInt64(count)))
}

/// Returns the two-sided p-value of Wilcoxon's signed rank test of paired differences.
///
/// Differences of 0 are left out, and equal sizes share their mean rank. Sizes that differ by a
/// relative 1e-12 at most count as equal. W₊ is the sum of the ranks of positive differences.
///
///     p = min(1, 2 min(P(W ≤ W₊), P(W ≥ W₊)))
///
/// Up to 25 differences that are left, P is counted over all 2ⁿ signs of the very ranks, also with
/// shared ones. Beyond, the normal distribution with the variance of the ranks is used, without a
/// correction for continuity.
///
/// - Returns: nil if there are no differences or one is not finite; 1 if all of them are 0.
/// - Source: Wilcoxon 1945; zeros and ties as Pratt and Gibbons 1981.
public func wilcoxonTest(_ differences: [Double]) -> Double? {
    guard !differences.isEmpty, differences.allSatisfy(\.isFinite) else { return nil }
    let kept = differences.filter { $0 != 0 }
    guard !kept.isEmpty else { return 1 }
    // Twice the ranks: shared ranks are whole or half.
    let ranks = doubledRanks(kept.map { abs($0) })
    let positive = zip(kept, ranks).reduce(0) { $1.0 > 0 ? $0 + $1.1 : $0 }
    let all = ranks.reduce(0, +)
    guard kept.count <= 25 else {
        // Doubled ranks: the mean is ½ Σ r and the variance ¼ Σ r².
        let variance = ranks.reduce(0.0) { $0 + Double($1) * Double($1) } / 4
        let deviation = (Double(positive) - Double(all) / 2) / variance.squareRoot()
        return twoSidedNormalTail(deviation)
    }
    // ways[w]: of how many signs the doubled ranks of positive differences add up to w.
    var ways = [Double](repeating: 0, count: all + 1)
    ways[0] = 1
    for rank in ranks {
        for sum in stride(from: all, through: rank, by: -1) { ways[sum] += ways[sum - rank] }
    }
    let smaller = min(positive, all - positive)
    let count = ways[...smaller].reduce(0, +)
    return min(1, 2 * count / Double(UInt64(1) << UInt64(kept.count)))
}

/// Returns twice the rank of each value in ascending order, from 1; equal values share the mean.
private func doubledRanks(_ values: [Double]) -> [Int] {
    let order = values.indices.sorted { values[$0] < values[$1] }
    var ranks = [Int](repeating: 0, count: values.count)
    var start = 0
    while start < order.count {
        var end = start
        let largest = values[order[start]] * (1 + 1e-12)
        while end < order.count, values[order[end]] <= largest { end += 1 }
        for index in start..<end { ranks[order[index]] = start + 1 + end }
        start = end
    }
    return ranks
}
