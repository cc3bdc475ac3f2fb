import Federation
import Messaging

/// Which connection belongs to which client process.
struct Peers {
    private var connections: [ProcessID: PeerID] = [:]
    private var processes: [PeerID: ProcessID] = [:]

    /// The connection of a process; nil when it has none.
    func connection(of process: ProcessID) -> PeerID? { connections[process] }

    /// The process behind a connection; nil when it said no hello.
    func process(behind peer: PeerID) -> ProcessID? { processes[peer] }

    /// All connections, in the order of their processes.
    var all: [PeerID] { connections.sorted { $0.key < $1.key }.map(\.value) }

    /// The lowest process number without a connection.
    var firstFreeNumber: ProcessID {
        var number: ProcessID = 0
        while connections[number] != nil { number += 1 }
        return number
    }

    /// Binds a process to a connection.
    mutating func connect(_ process: ProcessID, over peer: PeerID) {
        disconnect(process)
        connections[process] = peer
        processes[peer] = process
    }

    /// Forgets a process's connection.
    mutating func disconnect(_ process: ProcessID) {
        if let peer = connections.removeValue(forKey: process) { processes[peer] = nil }
    }
}
