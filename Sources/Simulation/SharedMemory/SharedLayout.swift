/// How the shared block is cut: a header of one page, two slots for the global model, slots for
/// updates, slots for the vectors that clients carry.
///
/// Each slot begins on a page. Inside a slot the vectors lie one after the other, as in a message's
/// body.
package struct SharedLayout: Equatable {
    /// Floats of one vector.
    package var parameterCount: Int
    /// Vectors of a model slot.
    package var modelVectors: Int
    package var updateSlots: Int
    /// Vectors of a carried slot.
    package var carriedVectors: Int
    /// Carried slots, at most: the file grows with them.
    package var carriedSlots: Int

    /// A layout from its numbers.
    package init(
        parameterCount: Int, modelVectors: Int, updateSlots: Int, carriedVectors: Int = 0,
        carriedSlots: Int = 0
    ) {
        (self.parameterCount, self.modelVectors) = (parameterCount, modelVectors)
        (self.updateSlots, self.carriedVectors) = (updateSlots, carriedVectors)
        self.carriedSlots = carriedSlots
    }

    static let page = 4096
    static let modelSlots = 2

    /// Bytes of the file before it has a carried slot; nil where that is no number.
    package var fixedBytes: Int? {
        guard let models = Self.multiply(Self.modelSlots, modelBytes),
            let updates = Self.multiply(updateSlots, updateBytes),
            let slots = Self.add(models, updates)
        else { return nil }
        return Self.add(Self.page, slots)
    }

    /// Bytes of address space, with all carried slots; nil where that is no number.
    package var allBytes: Int? {
        guard let fixedBytes, let carried = Self.multiply(carriedSlots, carriedBytes)
        else { return nil }
        return Self.add(fixedBytes, carried)
    }

    /// Bytes from one model slot to the next.
    var modelBytes: Int? { Self.pages(vectors: modelVectors, of: parameterCount) }
    /// Bytes from one update slot to the next.
    var updateBytes: Int? { Self.pages(vectors: 1, of: parameterCount) }
    /// Bytes from one carried slot to the next.
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

    private static func add(_ x: Int, _ y: Int) -> Int? {
        let (sum, overflows) = x.addingReportingOverflow(y)
        return overflows ? nil : sum
    }
}
