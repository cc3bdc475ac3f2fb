package import Federation

/// Which update slots of the shared block are free, and which process may write to the others.
package struct UpdateSlots {
    private var free: [Int]
    private var owners: [(process: ProcessID, slot: Int)] = []

    private let count: Int

    package init(count: Int) {
        self.count = count
        free = Array((0..<count).reversed())
    }

    /// Whether all slots are free, so that no process can write to any.
    package var areFree: Bool { free.count == count }

    /// A free slot, from now on this process's; nil when there is none.
    package mutating func reserve(for process: ProcessID) -> Int? {
        guard let slot = free.popLast() else { return nil }
        owners.append((process, slot))
        return slot
    }

    /// Whether a process may write to a slot.
    package func isOwned(_ slot: Int, by process: ProcessID) -> Bool {
        owners.contains { $0 == (process, slot) }
    }

    /// The update in a slot was used.
    package mutating func release(_ slot: Int, from process: ProcessID) {
        guard let index = owners.firstIndex(where: { $0 == (process, slot) }) else { return }
        owners.remove(at: index)
        free.append(slot)
    }

    /// Takes a process's slots away. They are free when it is dead; one that only lost its
    /// connection may still write to them, so they are not used again.
    package mutating func revoke(_ process: ProcessID, isDead: Bool) {
        if isDead { for owner in owners where owner.process == process { free.append(owner.slot) } }
        owners.removeAll { $0.process == process }
    }
}
