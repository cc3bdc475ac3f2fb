public import Bytes

/// The clients that train at a time of the simulated clock, and when their updates arrive.
///
/// The state between two rounds, which a checkpoint contains. It follows from the seed and the
/// settings alone, because no result of training changes an arrival.
public struct ClientsAtWork: Equatable, Sendable {
    /// One client at work.
    public struct Member: Equatable, Sendable {
        /// The client, from 0.
        public var client: UInt32
        /// The model version that the client started from: the number of rounds that made it.
        public var version: UInt32
        /// When the update arrives, in simulated seconds after the start of the round.
        public var arrival: Double
        /// Whether the update never arrives. The server finds this out at the time `arrival`.
        public var isLost: Bool
    }

    /// The clients at work, by arrival. Equal arrivals are in client order.
    public internal(set) var members: [Member] = []
    /// The simulated seconds from the start of the run to the start of the round.
    public internal(set) var seconds = 0.0
    /// How often clients were drawn so far. Each draw has its own stream of random numbers.
    var draws: UInt32 = 0

    /// Creates the state before the first round: no client is at work.
    public init() {}

    /// Adds a client at its place in the order of arrivals.
    mutating func insert(_ member: Member) {
        var (low, high) = (0, members.count)
        while low < high {
            let middle = (low + high) / 2
            let other = members[middle]
            if (other.arrival, other.client) < (member.arrival, member.client) {
                low = middle + 1
            } else {
                high = middle
            }
        }
        members.insert(member, at: low)
    }

    /// Begins the next round: its time starts after `seconds` of the round before.
    mutating func beginRound(after seconds: Double) {
        self.seconds += seconds
        for index in members.indices { members[index].arrival -= seconds }
        // Rounding can make two arrivals equal.
        members.sort { ($0.arrival, $0.client) < ($1.arrival, $1.client) }
    }
}

extension ClientsAtWork: Saved {
    /// Appends all clients at work, the time and the number of draws.
    public func save(to writer: inout ByteWriter) {
        writer.write(seconds)
        writer.write(draws)
        writer.write(count: members.count)
        for member in members {
            writer.write(member.client)
            writer.write(member.version)
            writer.write(member.arrival)
            writer.write(member.isLost)
        }
    }

    /// Reads the state back.
    ///
    /// - Throws: `BytesError` if arrivals are not in order or not finite.
    public mutating func restore(from reader: inout ByteReader) throws(BytesError) {
        self = ClientsAtWork()
        seconds = try reader.double()
        guard seconds.isFinite, seconds >= 0 else {
            throw .invalid("expected simulated seconds of 0 or more, found \(seconds)")
        }
        draws = try reader.integer()
        let count = try reader.count(size: 17)
        var last = -Double.infinity
        for _ in 0..<count {
            let member = Member(
                client: try reader.integer(), version: try reader.integer(),
                arrival: try reader.double(), isLost: try reader.flag())
            guard member.arrival.isFinite, member.arrival >= last else {
                throw .invalid(
                    "expected arrivals of clients in order, found \(member.arrival) s after"
                        + " \(last) s")
            }
            last = member.arrival
            members.append(member)
        }
    }
}
