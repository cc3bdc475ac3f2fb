import RandomStreams

/// The clients of one round.
public enum Cohort {
    /// Draws a cohort uniformly without replacement, from the stream (seed, cohort, round).
    ///
    /// The clients are the first `size` elements of 0, 1, …, clients − 1 after as many steps of a
    /// Fisher-Yates shuffle, sorted. Only the elements that the shuffle moves are stored.
    ///
    /// - Parameters:
    ///   - clients: N, at most 2³².
    ///   - size: at most `clients`.
    /// - Returns: `size` distinct clients in ascending order.
    /// - Complexity: grows with `size`, not with `clients`.
    public static func draw(seed: UInt64, round: UInt32, clients: Int, size: Int) -> [UInt32] {
        precondition(size <= clients, "a cohort of \(size) out of \(clients) clients")
        return draw(seed: seed, round: round, clients: clients, size: size) { _ in true }
    }

    /// Draws a cohort uniformly from the clients that may be drawn, from the stream (seed, cohort,
    /// round).
    ///
    /// The shuffle is the one of `draw` above. Clients that may not be drawn are skipped. So the
    /// cohort is the same as above if all clients may be drawn.
    ///
    /// - Parameter isAllowed: whether a client may be drawn. The result follows from its answers.
    /// - Returns: `size` distinct clients in ascending order, or fewer if there are fewer.
    /// - Complexity: grows with `size`, divided by the share of clients that may be drawn.
    public static func draw(
        seed: UInt64, round: UInt32, clients: Int, size: Int, where isAllowed: (UInt32) -> Bool
    ) -> [UInt32] {
        guard size < clients else { return (0..<UInt32(clients)).filter(isAllowed) }
        var stream = RandomKey(seed: seed, .cohort, round: round).stream()
        // The clients at positions that the shuffle changed; every other client is at its own
        // number. The dictionary is only read by position, so its order does not matter.
        var moved: [Int: UInt32] = [:]
        moved.reserveCapacity(size)
        var cohort: [UInt32] = []
        cohort.reserveCapacity(size)
        for index in 0..<clients {
            if cohort.count == size { break }
            let other = index + stream.below(clients - index)
            let client = moved[other] ?? UInt32(other)
            // Later steps do not read the position `index` again.
            if other != index { moved[other] = moved[index] ?? UInt32(index) }
            if isAllowed(client) { cohort.append(client) }
        }
        return cohort.sorted()
    }
}
