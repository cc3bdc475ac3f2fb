import Messaging

/// How the world of a run ends.
extension RealWorld {
    /// The pids of the client processes that were started here.
    package var childProcesses: [Int32] { launcher.children.map(\.pid) }

    /// Asks all processes to stop and makes sure that they do. A second call does nothing.
    ///
    /// - Parameter graceSeconds: how long they may take by themselves. After that, only processes
    ///   that were started here are killed.
    package mutating func stop(_ reason: String, graceSeconds: Double) {
        guard !hasStopped else { return }
        hasStopped = true
        let header = MessageCodec.encode(.stop(reason: reason))
        for peer in peers.all {
            _ = try? socket.send(to: peer, header: header)
        }
        if !isLaunching { answerLateHellos(header) }
        let peers = peers
        launcher.end(graceSeconds: graceSeconds) { peers.connection(of: $0) != nil }
        // The processes of a launcher end by the message, and it ends with the last one.
        group?.end(graceSeconds: max(graceSeconds, 5))
    }

    /// Asks late client processes to stop. A process that was started by hand would otherwise wait.
    private mutating func answerLateHellos(_ header: [UInt8]) {
        let limit = seconds + 0.2
        while seconds < limit {
            _ = try? poller.wait(milliseconds: 20)
            while seconds < limit, case .message(let peer?, _, _)? = try? socket.receive() {
                if peers.process(behind: peer) == nil {
                    _ = try? socket.send(to: peer, header: header)
                }
            }
        }
    }
}
