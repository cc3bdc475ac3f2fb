package import Federation

/// Stores which update slots of the shared block are free, and which process may write to the
/// others.
package struct UpdateSlots {
    private var free: [Int]
    private var owners: [(process: ProcessID, slot: Int)] = []

    private let count: Int

    package init(count: Int) {
        self.count = count
        free = Array((0..<count).reversed())
    }

    /// Whether all slots are free. Then no process can write to one of them.
    package var areFree: Bool { free.count == count }

    /// Reserves a free slot for a process. Returns nil if there is none.
    package mutating func reserve(for process: ProcessID) -> Int? {
        guard let slot = free.popLast() else { return nil }
        owners.append((process, slot))
        return slot
    }

    /// Returns whether a process may write to a slot.
    package func isOwned(_ slot: Int, by process: ProcessID) -> Bool {
        owners.contains { $0 == (process, slot) }
    }

    /// Frees a slot, after its update was used.
    package mutating func release(_ slot: Int, from process: ProcessID) {
        guard let index = owners.firstIndex(where: { $0 == (process, slot) }) else { return }
        owners.remove(at: index)
        free.append(slot)
    }

    /// Removes the slots of a process. If the process is dead, its slots are free. A process that
    /// only lost its connection may still write to them, so they are not used again.
    package mutating func revoke(_ process: ProcessID, isDead: Bool) {
        if isDead { for owner in owners where owner.process == process { free.append(owner.slot) } }
        owners.removeAll { $0.process == process }
    }
}
