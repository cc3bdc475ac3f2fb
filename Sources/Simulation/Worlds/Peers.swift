package import Federation
package import Messaging

/// The connections of the client processes.
package struct Peers {
    private struct Connection {
        let peer: PeerID
        let incarnation: UInt64
        let pid: Int32
        /// Whether the process was sent a welcome to the current run.
        var isWelcome = false
        var isReady = false
    }

    private var connections: [ProcessID: Connection] = [:]
    private var processes: [PeerID: ProcessID] = [:]

    package init() {}

    /// Returns the connection of a process, or nil if there is none.
    package func connection(of process: ProcessID) -> PeerID? { connections[process]?.peer }

    /// Returns the random number by which a process identifies itself, or nil if it has no
    /// connection. A restarted process has another number.
    package func incarnation(of process: ProcessID) -> UInt64? {
        connections[process]?.incarnation
    }

    /// Returns the pid that a process sent, or nil if it has no connection.
    package func pid(of process: ProcessID) -> Int32? { connections[process]?.pid }

    /// Returns whether a process accepts tasks.
    package func isReady(_ process: ProcessID) -> Bool { connections[process]?.isReady == true }

    /// Returns whether a process was sent a welcome to the current run.
    package func isWelcome(_ process: ProcessID) -> Bool { connections[process]?.isWelcome == true }

    /// The number of processes that accept tasks.
    package var readyCount: Int { connections.values.count { $0.isReady } }

    /// Returns the process of a connection, or nil before its hello message.
    package func process(behind peer: PeerID) -> ProcessID? { processes[peer] }

    /// All connections, in the order of their processes.
    package var all: [PeerID] { connections.sorted { $0.key < $1.key }.map(\.value.peer) }

    /// The lowest process number without a connection.
    package var firstFreeNumber: ProcessID {
        var number: ProcessID = 0
        while connections[number] != nil { number += 1 }
        return number
    }

    /// Connects a process over this connection. The process is not ready yet.
    package mutating func connect(
        _ process: ProcessID, over peer: PeerID, incarnation: UInt64, pid: Int32
    ) {
        disconnect(process)
        // If a peer sends a hello with another number, the earlier number is free again.
        if let other = processes[peer] { disconnect(other) }
        connections[process] = Connection(peer: peer, incarnation: incarnation, pid: pid)
        processes[peer] = process
    }

    /// Records that a process was sent a welcome to the current run.
    package mutating func becomeWelcome(_ process: ProcessID) {
        connections[process]?.isWelcome = true
    }

    /// Records that a process accepts tasks from now on.
    package mutating func becomeReady(_ process: ProcessID) {
        connections[process]?.isReady = true
    }

    /// Records that another run begins: no process is ready until it reports that again.
    package mutating func awaitReadiness() {
        for process in connections.keys {
            connections[process]?.isWelcome = false
            connections[process]?.isReady = false
        }
    }

    /// Removes the connection of a process.
    package mutating func disconnect(_ process: ProcessID) {
        if let connection = connections.removeValue(forKey: process) {
            processes[connection.peer] = nil
        }
    }
}
