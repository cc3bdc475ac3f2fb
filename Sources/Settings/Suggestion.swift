/// The word that was probably meant, if one is close enough to be worth saying.
///
/// Close is: at most 2 edits, or a third of the longer word when that is more; and never more
/// than half of the longer word, so that short words are not "corrected" into other short words.
/// Of equally close words the first wins.
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

/// Insertions, deletions, substitutions and swaps of neighbours that turn one word into the other
/// (optimal string alignment). Cost: the product of the lengths.
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
