package import Federation
package import Messaging

/// Which connection belongs to which client process.
package struct Peers {
    private struct Connection {
        let peer: PeerID
        let incarnation: UInt64
        let pid: Int32
        var isReady = false
    }

    private var connections: [ProcessID: Connection] = [:]
    private var processes: [PeerID: ProcessID] = [:]

    package init() {}

    /// The connection of a process; nil when it has none.
    package func connection(of process: ProcessID) -> PeerID? { connections[process]?.peer }

    /// The random number of the operating system's process behind a number; nil without a
    /// connection.
    package func incarnation(of process: ProcessID) -> UInt64? {
        connections[process]?.incarnation
    }

    /// The pid that a process gave; nil without a connection.
    package func pid(of process: ProcessID) -> Int32? { connections[process]?.pid }

    /// Whether a process takes tasks.
    package func isReady(_ process: ProcessID) -> Bool { connections[process]?.isReady == true }

    /// The process behind a connection; nil before its hello message.
    package func process(behind peer: PeerID) -> ProcessID? { processes[peer] }

    /// All connections, in the order of their processes.
    package var all: [PeerID] { connections.sorted { $0.key < $1.key }.map(\.value.peer) }

    /// The lowest process number without a connection.
    package var firstFreeNumber: ProcessID {
        var number: ProcessID = 0
        while connections[number] != nil { number += 1 }
        return number
    }

    /// Binds a process to a connection; it is not ready yet.
    package mutating func connect(
        _ process: ProcessID, over peer: PeerID, incarnation: UInt64, pid: Int32
    ) {
        disconnect(process)
        // A peer that sends a hello with another number gives up the earlier one.
        if let other = processes[peer] { disconnect(other) }
        connections[process] = Connection(peer: peer, incarnation: incarnation, pid: pid)
        processes[peer] = process
    }

    /// A process takes tasks from now on.
    package mutating func becomeReady(_ process: ProcessID) {
        connections[process]?.isReady = true
    }

    /// No process takes tasks until it says again that it is ready: another run begins.
    package mutating func awaitReadiness() {
        for process in connections.keys { connections[process]?.isReady = false }
    }

    /// Forgets a process's connection.
    package mutating func disconnect(_ process: ProcessID) {
        if let connection = connections.removeValue(forKey: process) {
            processes[connection.peer] = nil
        }
    }
}
