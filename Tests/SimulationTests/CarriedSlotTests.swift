import Simulation
import TestSupport
import Testing

@Suite struct `Slots of carried vectors` {
    private func block(_ folder: TemporaryFolder, slots: Int = 8) throws -> SharedBlock {
        let layout = SharedLayout(
            parameterCount: 1500, modelVectors: 2, updateSlots: 2, carriedVectors: 3,
            carriedSlots: slots)
        return try SharedBlock(creating: folder.path("block"), layout)
    }

    /// While the coordinator holds a slot, no task writes to it; afterwards it is used again.
    @Test func `a slot that is held is never given to be written`() throws {
        let folder = try TemporaryFolder()
        var slots = CarriedSlots(in: try block(folder))
        func given(_ update: Int) -> Int? { slots.slot(beside: update)?.index }
        let first = given(0)
        // A task that failed leaves it with its update slot.
        #expect(given(0) == first)
        // Another update slot has another one.
        let third = given(1)
        var kept = slots.current(beside: 0)
        let second = given(0)
        #expect(kept?.index == first)
        #expect(Set([first, second, third]).subtracting([nil]).count == 3)
        // While it is held, it is nobody else's.
        var others: Set<Int?> = []
        for _ in 0..<20 { others.formUnion([given(0), given(1)]) }
        #expect(others == [second, third])
        kept = nil
        let held = slots.current(beside: 0)
        #expect(given(0) == first && held?.index == second)
    }

    @Test func `slots that nobody holds any more are given again`() throws {
        let folder = try TemporaryFolder()
        var slots = CarriedSlots(in: try block(folder))
        for _ in 0..<100 {
            // A client's state replaces the one before, as in a run with one client.
            var state = slots.slot(beside: 0)
            for _ in 0..<5 {
                let next = slots.slot(beside: 0)
                #expect(next != nil && next?.index != state?.index)
                state = next
            }
        }
    }

    @Test func `where there is no room there is no slot, and the others stay`() throws {
        let folder = try TemporaryFolder()
        var slots = CarriedSlots(in: try block(folder, slots: 3))
        var kept: [CarriedSlot] = []
        while let slot = slots.slot(beside: 0) { kept.append(slot) }
        #expect(kept.map(\.index) == [0, 1, 2])
        kept.removeFirst()
        #expect(slots.slot(beside: 0)?.index == 0)
    }

    /// The file grows with its slots; another process sees them once their bytes are there.
    @Test func `another mapping reads what was written, and only what is there`() throws {
        let folder = try TemporaryFolder()
        let block = try block(folder)
        let other = try SharedBlock(opening: folder.path("block"), parameterCount: 1500)
        #expect(other.layout == block.layout)
        #expect(!other.hasCarriedSlot(0) && !other.hasCarriedSlot(-1) && !other.hasCarriedSlot(8))
        #expect(block.makeRoom(forCarriedSlot: 0) && block.makeRoom(forCarriedSlot: 1))
        #expect(!block.makeRoom(forCarriedSlot: 8))
        #expect(other.hasCarriedSlot(1) && !other.hasCarriedSlot(2))
        for slot in 0..<2 {
            other.withMutableCarried(slot) { floats in
                for index in 0..<floats.count { floats[index] = Float(index + slot * 10_000) }
            }
        }
        for slot in 0..<2 {
            let sum = block.withCarried(slot, vectors: 2) { floats in
                (0..<floats.count).reduce(0.0) { $0 + Double(floats[$1]) }
            }
            // 3,000 numbers of two vectors.
            #expect(sum == 2999 * 1500 + Double(slot) * 3000 * 10_000)
        }
        #expect(throws: (any Error).self) {
            try SharedBlock(opening: folder.path("block"), parameterCount: 1501)
        }
    }

    @Test func `sizes that are no numbers are refused`() throws {
        let folder = try TemporaryFolder()
        for layout in [
            SharedLayout(
                parameterCount: .max, modelVectors: 1, updateSlots: 1, carriedVectors: 0,
                carriedSlots: 0),
            SharedLayout(
                parameterCount: 1 << 40, modelVectors: 1, updateSlots: 1, carriedVectors: 1 << 20,
                carriedSlots: 1 << 20),
            SharedLayout(
                parameterCount: -1, modelVectors: 1, updateSlots: 1, carriedVectors: 1,
                carriedSlots: 1),
        ] {
            #expect(layout.allBytes == nil)
            #expect(throws: (any Error).self) {
                try SharedBlock(creating: folder.path("block"), layout)
            }
        }
    }
}
