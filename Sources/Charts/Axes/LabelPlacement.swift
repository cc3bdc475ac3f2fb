/// Places labels beside each other in one column.
package enum LabelPlacement {
    /// Returns places that are at least `gap` apart, in the order of the wished ones. They are as
    /// near to these as that allows, and within the range if there is room.
    ///
    /// Labels that would overlap form a block around the mean of their wishes (pool adjacent
    /// violators), which gives the least sum of squared distances.
    package static func spread(
        _ wishes: [Double], gap: Double, in range: ClosedRange<Double>
    ) -> [Double] {
        guard !wishes.isEmpty else { return [] }
        let order = wishes.indices.sorted { (wishes[$0], $0) < (wishes[$1], $1) }
        // With less room than the labels need, they keep their distance below the upper end.
        let needed = gap * Double(wishes.count - 1)
        let high = max(range.upperBound, range.lowerBound + needed) - needed
        var blocks: [(sum: Double, count: Int)] = []
        for (rank, index) in order.enumerated() {
            // Without the distances the order is all that is left to keep.
            var block = (sum: wishes[index] - gap * Double(rank), count: 1)
            while let last = blocks.last,
                last.sum / Double(last.count) >= block.sum / Double(block.count)
            {
                blocks.removeLast()
                block = (last.sum + block.sum, last.count + block.count)
            }
            blocks.append(block)
        }
        let places = blocks.flatMap { block in
            let place = min(max(block.sum / Double(block.count), range.lowerBound), high)
            return Array(repeating: place, count: block.count)
        }
        var out = wishes
        for (rank, index) in order.enumerated() { out[index] = places[rank] + gap * Double(rank) }
        return out
    }
}
