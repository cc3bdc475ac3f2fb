/// A slot of the shared block with the vectors that a client carries over. The slot is free again
/// when the last reference to this object is gone.
package final class CarriedSlot {
    package let index: Int
    private let pool: Pool

    fileprivate init(_ index: Int, of pool: Pool) {
        self.index = index
        self.pool = pool
    }

    deinit { pool.free.append(index) }

    fileprivate final class Pool {
        let block: SharedBlock
        var free: [Int] = []
        private var made = 0

        init(_ block: SharedBlock) { self.block = block }

        func reserve() -> CarriedSlot? {
            if let index = free.popLast() { return CarriedSlot(index, of: self) }
            guard block.makeRoom(forCarriedSlot: made) else { return nil }
            made += 1
            return CarriedSlot(made - 1, of: self)
        }
    }
}

/// Chooses the carried slot that a task writes to.
///
/// Each update slot has a carried slot beside it. A process that may write to the one may write to
/// the other. When a client's update was added, the coordinator keeps the carried slot as client
/// state. The update slot then gets another carried slot with its next task.
///
/// In every other case both slots are treated alike: the client diverged, or its process died or
/// hangs. So carried vectors are never replaced while a task may need them. A task that is sent
/// again reads the same bits.
package struct CarriedSlots {
    private let pool: CarriedSlot.Pool
    private var beside: [CarriedSlot?]

    package init(in block: SharedBlock) {
        pool = CarriedSlot.Pool(block)
        beside = Array(repeating: nil, count: block.layout.updateSlots)
    }

    /// Returns the carried slot for a task with this update slot, or nil if there is no room.
    package mutating func slot(beside update: Int) -> CarriedSlot? {
        // A slot that the coordinator kept has a second reference.
        if beside[update] == nil || !isKnownUniquelyReferenced(&beside[update]) {
            beside[update] = nil
            beside[update] = pool.reserve()
        }
        return beside[update]
    }

    /// Returns the carried slot that was last given with this update slot.
    package func current(beside update: Int) -> CarriedSlot? { beside[update] }
}
