/// A slot of the shared block that holds what a client carries. It is free again when nobody holds
/// this any more.
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

/// Which carried slot a task writes to.
///
/// Each update slot has a carried slot beside it: whoever may write to the one may write to the
/// other. When a client's update was added, the coordinator keeps the carried slot as the client's
/// state, and the update slot gets another one with its next task. In every other case (the client
/// diverged, its process died or hangs) the carried slot shares the fate of its update slot. So
/// what a client carries is never written over while it counts: a task that is issued again reads
/// the same bits.
package struct CarriedSlots {
    private let pool: CarriedSlot.Pool
    private var beside: [CarriedSlot?]

    package init(in block: SharedBlock) {
        pool = CarriedSlot.Pool(block)
        beside = Array(repeating: nil, count: block.layout.updateSlots)
    }

    /// The carried slot that a task with this update slot writes to; nil where there is no room.
    package mutating func slot(beside update: Int) -> CarriedSlot? {
        // One that the coordinator kept is held twice.
        if beside[update] == nil || !isKnownUniquelyReferenced(&beside[update]) {
            beside[update] = nil
            beside[update] = pool.reserve()
        }
        return beside[update]
    }

    /// The carried slot that was given with this update slot last.
    package func current(beside update: Int) -> CarriedSlot? { beside[update] }
}
