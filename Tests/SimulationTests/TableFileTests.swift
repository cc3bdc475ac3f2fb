import Federation
import Reporting
import Simulation
import TestSupport
import Testing

@Suite struct `Table files` {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test func `know their length and replace an older file`() throws {
        try folder.write("drops.csv", "rows of an earlier run, longer than the header of this one")
        let table = try TableFile("drops.csv", in: folder.path, dropColumns, missing: .empty)
        func size() throws -> UInt64 { UInt64(try folder.bytes("drops.csv").count) }
        let header = try size()
        #expect(table.position == OutputPosition(file: "drops.csv", bytes: header))
        try table.append([])
        #expect(try size() == header && table.position.bytes == header)
        let drop = ClientDrop(round: 0, client: 3, reason: .late)
        try table.append([drop, drop])
        #expect(try size() > header && table.position.bytes == size())
        #expect(folder.text("drops.csv").split(separator: "\n").count == 3)
    }
}
