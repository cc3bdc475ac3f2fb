import CKernels

/// Parts of a sum in a message: the same integers in fewer bytes.
///
/// Most elements of a sum need five of their eight bytes. So each block of 256 elements has a width
/// w of its own, 0 to 8 bytes, the smallest that holds its elements with their signs. A packed part
/// of P elements is
///
///     ⌈P/256⌉ bytes   the width of each block
///     Σ w n bytes     the n elements of each block, w bytes each, low byte first, two's complement
///     0 to 3 bytes    zeros up to a whole number of words of 32 bits
extension ExactSum {
    private static let block = Int(HYPERFED_PACKED_BLOCK)

    /// Returns the largest number of words that a packed part with this number of elements has.
    public static func mostPackedWords(elements: Int) -> Int {
        (blocks(elements) + 8 * elements + 3) / 4
    }

    private static func blocks(_ elements: Int) -> Int { (elements + block - 1) / block }

    /// Writes all elements as a packed part, and returns how many words it has.
    ///
    /// - Parameter packed: at least `mostPackedWords(elements:)` words.
    public func write(packed: inout MutableSpan<Float>) -> Int {
        let (count, blocks) = (sum.count, Self.blocks(sum.count))
        precondition(
            packed.count >= Self.mostPackedWords(elements: count),
            "\(count) elements in \(packed.count) words")
        return packed.withUnsafeMutableBytes { bytes in
            sum.withUnsafeBufferPointer { sum in
                guard let sum = sum.baseAddress, let bytes = bytes.baseAddress else { return 0 }
                let widths = bytes.assumingMemoryBound(to: UInt8.self)
                let size = hyperfed_packed_widths(sum, count, widths)
                hyperfed_pack_sum(sum, count, widths, widths + blocks, size)
                let words = (blocks + size + 3) / 4
                for index in blocks + size..<4 * words { widths[index] = 0 }
                return words
            }
        }
    }

    /// Adds a part that `write(packed:)` wrote in a sum with the same settings, as
    /// `add(part:weight:norm:)` adds one that is not packed.
    ///
    /// - Throws: `OutOfGrid` also if `packed` is not a packed part with the elements of this sum.
    ///   The sum is then as before.
    public mutating func add(packed: Span<Float>, weight: UInt64, norm: Double) throws(OutOfGrid) {
        let (count, blocks) = (sum.count, Self.blocks(sum.count))
        guard let size = Self.bytes(of: count, in: packed) else {
            throw OutOfGrid(elements: count, limit: norm)
        }
        try add(packed, weight: weight, norm: norm) { sum, widths, limit, squares in
            hyperfed_exact_merge_packed(
                sum, widths, widths + blocks, size, limit, &squares, count)
        } takeAway: { sum, widths in
            hyperfed_exact_take_away_packed(sum, widths, widths + blocks, size, count)
        }
    }

    /// Returns whether words are a packed part with this number of elements. Looks at their widths
    /// only.
    public static func isPacked(_ words: Span<Float>, elements: Int) -> Bool {
        bytes(of: elements, in: words) != nil
    }

    /// Returns how many bytes the elements of a packed part have; nil if its widths do not fit its
    /// size.
    private static func bytes(of count: Int, in packed: Span<Float>) -> Int? {
        let blocks = blocks(count)
        return packed.withUnsafeBytes { bytes in
            guard bytes.count >= blocks else { return nil }
            var size = 0
            for (index, width) in bytes[..<blocks].enumerated() {
                guard width <= 8 else { return nil }
                size += Int(width) * min(block, count - index * block)
            }
            return (blocks + size + 3) / 4 * 4 == bytes.count ? size : nil
        }
    }
}
