/// Returns the known word that is closest to a misspelt one; nil if none is close.
///
/// A close word has at most 2 edits, or a third of the longer word if that is more. It never has
/// more than half of the longer word, so that short words do not become other short words. Of
/// equally close words the first wins.
package func suggestion(for word: String, among known: [String]) -> String? {
    var best: (word: String, distance: Int)?
    for candidate in known {
        let longer = max(word.count, candidate.count)
        guard longer <= 64 else { continue }
        let distance = editDistance(word, candidate)
        guard distance <= max(2, longer / 3), 2 * distance <= longer else { continue }
        if distance < best?.distance ?? .max { best = (candidate, distance) }
    }
    return best?.word
}

/// Returns the number of insertions, deletions, substitutions and swaps of neighbours between two
/// words (optimal string alignment). The cost is the product of the lengths.
package func editDistance(_ first: String, _ second: String) -> Int {
    let a = Array(first)
    let b = Array(second)
    var beforeLast = [Int](repeating: 0, count: b.count + 1)
    var last = Array(0...b.count)
    for i in a.indices {
        var row = [i + 1]
        for j in b.indices {
            let substitution = last[j] + (a[i] == b[j] ? 0 : 1)
            var cost = min(substitution, last[j + 1] + 1, row[j] + 1)
            if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
                cost = min(cost, beforeLast[j - 1] + 1)
            }
            row.append(cost)
        }
        (beforeLast, last) = (last, row)
    }
    return last[b.count]
}
