import Datasets
import Federation
import Foundation
import Glibc
import Models
import Testing

@Suite struct `A client's memory` {
    /// Bytes that the heap has from the system and that are in use, all threads together.
    private func allocatedBytes() throws -> Int {
        typealias MallocInfo = @convention(c) (Int32, UnsafeMutablePointer<FILE>?) -> Int32
        let symbol = try #require(dlsym(nil, "malloc_info"))
        var text: UnsafeMutablePointer<CChar>?
        var size = 0
        let file = open_memstream(&text, &size)
        try #require(unsafeBitCast(symbol, to: MallocInfo.self)(0, file) == 0)
        fclose(file)
        let xml = String(cString: try #require(text))
        free(text)
        // The sums of all heaps stand behind the last heap.
        let sums = xml.components(separatedBy: "</heap>").last ?? ""
        func bytes(of name: String) -> Int {
            let line = sums.split(separator: "\n").first { $0.contains("<\(name)") }
            let digits = line?.components(separatedBy: "size=\"").last?.prefix { $0.isNumber }
            return digits.flatMap { Int($0) } ?? 0
        }
        let used =
            bytes(of: "system type=\"current\"") - bytes(of: "total type=\"fast\"")
            - bytes(of: "total type=\"rest\"") + bytes(of: "total type=\"mmap\"")
        try #require(used > 0)
        return used
    }

    /// A step that kept 16 bytes would add 32,000 in each task. Other tests run at the same time
    /// and disturb single readings, so the middle one of many counts.
    @Test func `does not grow with the steps`() throws {
        let fixture = try Fixture()
        var trainer = try Plan(scheduler: "fedhyper_cl", length: .steps(2_000)).trainer(fixture)
        let weights = Fixture.numbers(fixture.network.parameterCount, 1, scale: 0.1)
        var growth: [Int] = []
        for round in 0..<21 as Range<UInt32> {
            let task = ClientTask(round: round, client: 2, attempt: 1, localRate: 0.01)
            let before = try allocatedBytes()
            _ = try trainer.outcome(task, weights: weights, movement: weights)
            growth.append(try allocatedBytes() - before)
        }
        #expect(growth.sorted()[10] < 16_000, "\(growth)")
    }
}
