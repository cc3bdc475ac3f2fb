import Federation
import Glibc
import Messaging
import Simulation
import TestSupport
import Testing

@Suite struct `Update slots and open tasks` {
    @Test func `a slot belongs to one process at a time`() throws {
        var slots = UpdateSlots(count: 2)
        let (one, other, none) = (
            slots.reserve(for: 0), slots.reserve(for: 1), slots.reserve(for: 2)
        )
        let first = try #require(one)
        let second = try #require(other)
        #expect(first != second && none == nil)
        #expect(slots.isOwned(first, by: 0) && !slots.isOwned(first, by: 1))
        // Somebody else can't release it, and nobody twice.
        slots.release(first, from: 1)
        #expect(slots.reserve(for: 2) == nil)
        slots.release(first, from: 0)
        slots.release(first, from: 0)
        #expect(slots.reserve(for: 2) == first)
        #expect(slots.reserve(for: 2) == nil)
    }

    @Test func `slots of the dead are free, those of the lost are not`() throws {
        var slots = UpdateSlots(count: 2)
        let one = slots.reserve(for: 0)
        let first = try #require(one)
        _ = slots.reserve(for: 1)
        slots.revoke(1, isDead: false)
        #expect(slots.reserve(for: 2) == nil)
        slots.revoke(0, isDead: true)
        #expect(slots.reserve(for: 2) == first)
    }

    /// Only then may another run use the same memory.
    @Test func `all are free when nobody can write to any`() throws {
        var slots = UpdateSlots(count: 2)
        #expect(slots.areFree)
        let one = slots.reserve(for: 0)
        #expect(!slots.areFree)
        slots.release(try #require(one), from: 0)
        #expect(slots.areFree)
        _ = slots.reserve(for: 0)
        slots.revoke(0, isDead: false)
        #expect(!slots.areFree)
    }

    @Test func `a task gives its slot back once, whatever came of it`() {
        var tasks = OpenTasks()
        let task = Assignment(round: 1, client: 2, attempt: 1)
        let again = Assignment(round: 1, client: 2, attempt: 2)
        tasks.add(task, slot: 5, to: 0, at: 3)
        tasks.add(again, slot: 6, to: 0, at: 3)
        #expect(tasks.first(of: 0) == task && tasks.areOwed(by: 0) && !tasks.areOwed(by: 1))
        #expect(tasks.areOwed)
        #expect(tasks.close(again, by: 1, at: 5) == nil)
        #expect(tasks.close(again, by: 0, at: 5)?.slot == 6)
        #expect(tasks.close(again, by: 0, at: 5) == nil)
        #expect(tasks.close(task, by: 0, at: 5)?.slot == 5)
        #expect(!tasks.areOwed(by: 0) && tasks.first(of: 0) == nil && !tasks.areOwed)
        tasks.add(task, slot: nil, to: 0, at: 3)
        tasks.forget(0)
        #expect(!tasks.areOwed(by: 0))
    }
}

@Suite struct `The shared block` {
    @Test func `both sides see the same floats, and the file goes with its owner`() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("block")
        do {
            let owner = try SharedBlock(
                creating: path,
                SharedLayout(parameterCount: 1500, modelVectors: 2, updateSlots: 3))
            let other = try SharedBlock(opening: path, parameterCount: 1500)
            #expect(other.layout.updateSlots == 3)
            for slot in 0..<3 {
                other.withMutableUpdate(slot) { floats in
                    for index in floats.indices { floats[index] = Float(1000 * slot + index) }
                }
            }
            owner.withMutableModel(1, vectors: 2) { ($0[1499], $0[2999]) = (7, 8) }
            other.withModel(1, vectors: 2) { #expect($0[1499] == 7 && $0[2999] == 8) }
            for slot in 0..<3 {
                owner.withUpdate(slot) { #expect($0[1499] == Float(1000 * slot + 1499)) }
            }
            #expect(owner.hasUpdateSlot(2) && !owner.hasUpdateSlot(3) && !owner.hasUpdateSlot(-1))
            #expect(owner.hasModelSlot(1, vectors: 2) && !owner.hasModelSlot(2, vectors: 1))
        }
        #expect(!folder.has("block"))
    }

    @Test func `all of its memory is there before anybody uses it`() throws {
        let folder = try TemporaryFolder()
        let layout = SharedLayout(parameterCount: 100_000, modelVectors: 2, updateSlots: 4)
        let block = try SharedBlock(creating: folder.path("block"), layout)
        let size = try #require(layout.fixedBytes)
        #expect(size >= 8 * 400_000)
        var status = stat()
        try #require(stat(folder.path("block"), &status) == 0)
        #expect(Int(status.st_blocks) * 512 >= size)
        withExtendedLifetime(block) {}
    }

    @Test func `a file of another run is refused`() throws {
        let folder = try TemporaryFolder()
        let layout = SharedLayout(parameterCount: 10, modelVectors: 2, updateSlots: 1)
        let block = try SharedBlock(creating: folder.path("block"), layout)
        #expect(throws: SystemError.self) {
            try SharedBlock(opening: folder.path("block"), parameterCount: 11)
        }
        try folder.write("short", "x")
        #expect(throws: SystemError.self) {
            try SharedBlock(opening: folder.path("short"), parameterCount: 10)
        }
        #expect(throws: SystemError.self) {
            try SharedBlock(creating: folder.path("short"), layout)
        }
        #expect(folder.text("short") == "x")
        withExtendedLifetime(block) {}
    }
}

@Suite struct `Connections of client processes` {
    @Test func `are known by their latest hello`() {
        var peers = Peers()
        let (one, other) = (PeerID([1]), PeerID([2]))
        peers.connect(0, over: one, incarnation: 11, pid: 101)
        #expect(peers.process(behind: one) == 0 && peers.connection(of: 0) == one)
        #expect(peers.incarnation(of: 0) == 11 && peers.pid(of: 0) == 101 && !peers.isReady(0))
        peers.becomeReady(0)
        #expect(peers.isReady(0))
        peers.connect(0, over: other, incarnation: 12, pid: 102)
        #expect(peers.process(behind: one) == nil && peers.connection(of: 0) == other)
        #expect(!peers.isReady(0))
        peers.disconnect(0)
        #expect(peers.process(behind: other) == nil && peers.pid(of: 0) == nil)
    }

    @Test func `get the lowest free number`() {
        var peers = Peers()
        for id: ProcessID in [0, 2] {
            peers.connect(id, over: PeerID([UInt8(id)]), incarnation: 1, pid: 1)
        }
        #expect(peers.firstFreeNumber == 1)
        peers.disconnect(0)
        #expect(peers.firstFreeNumber == 0)
        #expect(peers.all == [PeerID([2])])
    }

    @Test func `have one number at a time`() {
        var peers = Peers()
        peers.connect(0, over: PeerID([1]), incarnation: 1, pid: 1)
        peers.connect(5, over: PeerID([1]), incarnation: 1, pid: 1)
        #expect(peers.connection(of: 0) == nil && peers.process(behind: PeerID([1])) == 5)
    }
}

@Suite struct `The queue of unsent messages` {
    private let one = PeerID([1])
    private let other = PeerID([2])

    private func letter(_ peer: PeerID, _ number: UInt8) -> Letter {
        Letter(to: peer, header: [number])
    }

    @Test func `keeps the order per peer, and holds up nobody else`() {
        var queue = OutgoingQueue()
        var sent: [UInt8] = []
        var full: PeerID? = one
        func send(_ letter: Letter) -> SendResult {
            if letter.peer == full { return .wouldBlock }
            sent += letter.header
            return .sent
        }
        for number: UInt8 in 1...3 {
            #expect(queue.send(letter(one, number), by: send) == true)
        }
        #expect(queue.send(letter(other, 4), by: send) == true)
        #expect(sent == [4] && !queue.isEmpty)
        #expect(queue.retry(by: send) == [])
        #expect(sent == [4])
        full = nil
        // What waits goes first.
        #expect(queue.send(letter(one, 5), by: send) == true)
        #expect(sent == [4])
        #expect(queue.retry(by: send) == [])
        #expect(sent == [4, 1, 2, 3, 5] && queue.isEmpty)
    }

    @Test func `forgets what was meant for those who are gone, and names each once`() {
        var queue = OutgoingQueue()
        #expect(queue.send(letter(one, 1), by: { _ in .unreachable }) == false)
        #expect(queue.isEmpty)
        for number: UInt8 in 1...3 { _ = queue.send(letter(one, number)) { _ in .wouldBlock } }
        #expect(queue.retry(by: { _ in .unreachable }) == [one])
        #expect(queue.isEmpty)
        _ = queue.send(letter(one, 1)) { _ in .wouldBlock }
        queue.forget(one)
        #expect(queue.isEmpty)
    }
}
