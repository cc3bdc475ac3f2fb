import CKernels

/// Sums of parts: each part is an exact sum of some of the summands. The sum of all parts has the
/// same bits as one sum of all summands, because all of them are on the same grid.
///
/// In shared memory a part has two words of 32 bits for each element. They are its 64-bit integers
/// in the byte order of the machine, in memory for floats. In a message a part is packed.
extension ExactSum {
    /// Writes all elements as words. `words` has two for each element.
    public func write(words: inout MutableSpan<Float>) {
        precondition(words.count == 2 * sum.count, "\(sum.count) elements in \(words.count) words")
        words.withUnsafeMutableBytes { bytes in
            sum.withUnsafeBytes { sum in bytes.copyMemory(from: sum) }
        }
    }

    /// Adds a part that `write(words:)` wrote in a sum with the same settings.
    ///
    /// - Parameters:
    ///   - words: the elements, two words for each.
    ///   - weight: the sum of the weights of its summands.
    ///   - norm: the largest norm that it can have: Σ weight × factor × ‖update‖ over its summands.
    /// - Throws: `OutOfGrid` if an element is larger than such summands give, if the norm is, or if
    ///   the weight does not fit. The sum is then as before.
    public mutating func add(part words: Span<Float>, weight: UInt64, norm: Double)
        throws(OutOfGrid)
    {
        precondition(words.count == 2 * sum.count, "\(sum.count) elements in \(words.count) words")
        let count = sum.count
        try add(words, weight: weight, norm: norm) { sum, words, limit, squares in
            hyperfed_exact_merge(sum, words, limit, &squares, count)
        } takeAway: { sum, words in
            hyperfed_exact_take_away(sum, words, count)
        }
    }

    /// Adds a part by `merge` and checks what that found. Calls `takeAway` if it does not fit.
    ///
    /// - Parameter merge: adds the elements in the bytes of the words to a sum, and their squares
    ///   to a number. Returns how many elements are not below a limit.
    mutating func add(
        _ words: Span<Float>, weight: UInt64, norm: Double,
        by merge: (
            _ sum: UnsafeMutablePointer<Int64>, _ words: UnsafePointer<UInt8>, _ limit: Int64,
            _ squares: inout Double
        ) -> Int,
        takeAway: (_ sum: UnsafeMutablePointer<Int64>, _ words: UnsafePointer<UInt8>) -> Void
    ) throws(OutOfGrid) {
        guard weight <= largestTotal, totalWeight <= largestTotal - weight else {
            throw OutOfGrid(elements: 0, limit: 0)
        }
        // All parts together stay below 2^63, as their weights stay below the largest total.
        let limit = Int64(min(room * Double(weight) + 0x1p20, 0x1p63 - 0x1p43))
        var squares = 0.0
        let outside = withPointers(to: words) { merge($0, $1, limit, &squares) } ?? 0
        // Each summand was rounded to the grid, by at most half a unit in each element.
        let most = norm * scale * (1 + 1e-3) + Double(sum.count).squareRoot() * 0x1p20
        guard outside == 0, squares.squareRoot() <= most else {
            _ = withPointers(to: words, takeAway)
            throw OutOfGrid(elements: max(outside, 1), limit: norm)
        }
        totalWeight += weight
    }

    /// Calls the closure with the elements and with the bytes of words; nil if there are none.
    private mutating func withPointers<R>(
        to words: Span<Float>, _ body: (UnsafeMutablePointer<Int64>, UnsafePointer<UInt8>) -> R
    ) -> R? {
        words.withUnsafeBytes { words in
            sum.withUnsafeMutableBufferPointer { sum in
                guard let words = words.baseAddress, let start = sum.baseAddress else { return nil }
                return body(start, words.assumingMemoryBound(to: UInt8.self))
            }
        }
    }
}
