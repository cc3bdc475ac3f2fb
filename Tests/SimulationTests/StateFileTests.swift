import Federation
import Glibc
import Simulation
import TestSupport
import Testing

@Suite struct `The file of client states` {
    private func values(_ seed: Int, _ count: Int) -> [Float] {
        (0..<count).map { Float(seed * 1000 + $0) }
    }

    private func store(_ values: [Float], in file: StateFile) throws -> StoredVectors {
        let stored = file.store(values.span)
        return try #require(stored)
    }

    private func read(_ vectors: StoredVectors) -> [Float] {
        vectors.withFloats { floats in floats.indices.map { floats[$0] } }
    }

    @Test func `returns what was stored, and uses free places again`() throws {
        let folder = try TemporaryFolder()
        let file = try #require(StateFile(in: folder.path, floats: 3000))
        var stored: [(seed: Int, vectors: StoredVectors)] = []
        for seed in 0..<40 {
            stored.append((seed, try store(values(seed, 1 + seed * 70), in: file)))
            // Every third one is freed, and its place is filled again.
            if seed % 3 == 2 { stored.remove(at: seed / 3) }
            for (seed, vectors) in stored {
                #expect(read(vectors) == values(seed, 1 + seed * 70))
            }
        }
        // The file has no name.
        #expect(folder.names().isEmpty)
    }

    @Test func `is larger than one segment`() throws {
        let folder = try TemporaryFolder()
        // A place is larger than a half of a segment, so each segment has one.
        let floats = (1 << 28) / 4 * 3 / 4
        let file = try #require(StateFile(in: folder.path, floats: floats))
        let stored = try (0..<3).map { try store(values($0, 5000), in: file) }
        for (seed, vectors) in stored.enumerated() {
            #expect(read(vectors) == values(seed, 5000))
        }
    }

    @Test func `refuses vectors that are too long, and folders that do not exist`() throws {
        let folder = try TemporaryFolder()
        let file = try #require(StateFile(in: folder.path, floats: 10))
        #expect(file.store(values(1, 2000).span) == nil)
        #expect(StateFile(in: folder.path + "/none", floats: 10) == nil)
        #expect(StateFile(in: folder.path, floats: 0) == nil)
        #expect(StateFile(in: folder.path, floats: .max) == nil)
    }
}
