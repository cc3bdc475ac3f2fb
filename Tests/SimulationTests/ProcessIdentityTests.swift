import Foundation
import Simulation
import Testing

@Suite struct `The identity of a process` {
    private let own = ProcessIdentity.own

    private func other(
        pid: Int? = nil, bootID: String?? = nil, startTicks: Int?? = nil
    ) -> ProcessIdentity {
        ProcessIdentity(
            pid: pid ?? own.pid, bootID: bootID ?? own.bootID,
            startTicks: startTicks ?? own.startTicks)
    }

    @Test func `is that of a process that goes on`() { #expect(!own.hasEnded) }

    @Test func `is not that of a later process, or of one before the machine started`() throws {
        let ticks = try #require(own.startTicks)
        #expect(other(startTicks: ticks - 1).hasEnded)
        #expect(other(bootID: "another").hasEnded)
    }

    @Test func `without all facts, and of no process, says nothing`() {
        #expect(!other(bootID: .some(nil)).hasEnded && !other(startTicks: .some(nil)).hasEnded)
        for pid in [0, -1, .max] { #expect(!other(pid: pid).hasEnded) }
        // The first process may belong to another user: a signal to it is refused.
        #expect(other(pid: 1, startTicks: .some(nil)).hasEnded == false)
    }

    @Test func `of a process that has ended says so`() throws {
        let child = Process()
        child.executableURL = URL(fileURLWithPath: "/bin/true")
        try child.run()
        child.waitUntilExit()
        #expect(other(pid: Int(child.processIdentifier)).hasEnded)
    }
}
