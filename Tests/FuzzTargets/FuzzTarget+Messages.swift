import Messaging

extension FuzzTarget {
    /// Headers of messages. The first byte says how many bytes the bodies have.
    static func messages() -> FuzzTarget {
        FuzzTarget("messages", seeds: messageSeeds) { input in
            guard let choice = input.first else { return }
            let header = Array(input.dropFirst())
            let bodies = [[], [20], [40], [20, 40], [.max], [0]][Int(choice % 6)]
            let message = try MessageCodec.decode(header, bodies: bodies)
            // Whatever is accepted means exactly its bytes. A refusal is read from any version.
            if case .refuse = message { return }
            precondition(MessageCodec.encode(message) == header, "\(message) has other bytes")
        }
    }

    /// For each kind the shortest message of zeros or ones, of any layout.
    private static var messageSeeds: [[UInt8]] {
        MessageKind.allCases.flatMap { kind in
            let version = MessageCodec.protocolVersion
            let prefix =
                MessageCodec.magic
                + [UInt8(truncatingIfNeeded: version), UInt8(truncatingIfNeeded: version >> 8)]
                + [kind.rawValue, 0]
            let found = [UInt8(0), 1].compactMap { fill -> [UInt8]? in
                (0..<2_000).lazy.map { prefix + [UInt8](repeating: fill, count: $0) }.first {
                    (try? MessageCodec.decode($0)) != nil
                }
            }
            let longer = prefix + [UInt8](repeating: 0, count: 200)
            return (found + [longer]).map { [0] + $0 }
        }
    }
}
