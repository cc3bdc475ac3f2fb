/// The layout of the shared block: a header of one page, two slots for the global model, update
/// slots, slots for sums of updates, carried slots.
///
/// Each slot begins on a page. In a slot the vectors follow one after the other, as in the body of
/// a message.
package struct SharedLayout: Equatable {
    /// The number of floats in one vector.
    package var parameterCount: Int
    /// The number of vectors in a model slot.
    package var modelVectors: Int
    package var updateSlots: Int
    /// The number of slots for sums, which have two words for each parameter.
    package var sumSlots: Int
    /// The number of vectors in a carried slot.
    package var carriedVectors: Int
    /// The largest number of carried slots. The file grows with them.
    package var carriedSlots: Int

    /// Creates a layout from its numbers.
    package init(
        parameterCount: Int, modelVectors: Int, updateSlots: Int, sumSlots: Int = 0,
        carriedVectors: Int = 0, carriedSlots: Int = 0
    ) {
        (self.parameterCount, self.modelVectors) = (parameterCount, modelVectors)
        (self.updateSlots, self.sumSlots) = (updateSlots, sumSlots)
        (self.carriedVectors, self.carriedSlots) = (carriedVectors, carriedSlots)
    }

    static let page = 4096
    static let modelSlots = 2

    /// The bytes of the file without carried slots; nil if the number is too large for `Int`.
    package var fixedBytes: Int? {
        guard let models = Self.multiply(Self.modelSlots, modelBytes),
            let updates = Self.multiply(updateSlots, updateBytes),
            let sums = Self.multiply(sumSlots, sumBytes),
            let slots = Self.add(Self.add(models, updates), sums)
        else { return nil }
        return Self.add(Self.page, slots)
    }

    /// The bytes of address space with all carried slots; nil if the number is too large for `Int`.
    package var allBytes: Int? {
        guard let fixedBytes, let carried = Self.multiply(carriedSlots, carriedBytes)
        else { return nil }
        return Self.add(fixedBytes, carried)
    }

    /// The bytes from one model slot to the next.
    var modelBytes: Int? { Self.pages(vectors: modelVectors, of: parameterCount) }
    /// The bytes from one update slot to the next.
    var updateBytes: Int? { Self.pages(vectors: 1, of: parameterCount) }
    /// The bytes from one slot for sums to the next.
    var sumBytes: Int? { Self.pages(vectors: 2, of: parameterCount) }
    /// The bytes from one carried slot to the next.
    var carriedBytes: Int? { Self.pages(vectors: carriedVectors, of: parameterCount) }

    private static func pages(vectors: Int, of parameterCount: Int) -> Int? {
        guard let floats = multiply(vectors, parameterCount), let bytes = multiply(floats, 4),
            let padded = add(bytes, page - 1)
        else { return nil }
        return padded / page * page
    }

    private static func multiply(_ x: Int?, _ y: Int?) -> Int? {
        guard let x, let y, x >= 0, y >= 0 else { return nil }
        let (product, overflows) = x.multipliedReportingOverflow(by: y)
        return overflows ? nil : product
    }

    private static func add(_ x: Int?, _ y: Int) -> Int? {
        guard let x else { return nil }
        let (sum, overflows) = x.addingReportingOverflow(y)
        return overflows ? nil : sum
    }
}
