public import Bytes
import LinearAlgebra

/// The saved form of all client states, in client order.
///
/// States are saved between two rounds. At that time, the new state of each client has taken
/// effect.
extension ClientStates {
    /// Appends the states of all clients that have one.
    public func save(to writer: inout ByteWriter) {
        writer.write(count: states.count)
        for (client, state) in states.sorted(by: { $0.key < $1.key }) {
            writer.write(client)
            writer.write(state.bytes)
            writer.write(state.vectorCount)
            state.vectors?.withFloats { writer.write(VectorBytes.bytes(of: $0)) }
        }
    }

    /// Reads the states of all clients that have one.
    ///
    /// - Parameters:
    ///   - clients: the number of clients in the run.
    ///   - parameters: the number of floats in a vector.
    ///   - hold: copies the vectors of one client, one after the other, and returns the copy.
    public mutating func restore(
        from reader: inout ByteReader, clients: Int, parameters: Int,
        hold: (Span<Float>) -> Floats
    ) throws(BytesError) {
        // A state has a client, a count of bytes and a count of vectors, which take 10 bytes.
        let count = try reader.count(size: 10)
        states = [:]
        for _ in 0..<count {
            let client = try reader.integer(UInt32.self)
            guard client < clients, states[client] == nil else {
                throw .invalid(
                    "expected the states of clients 0 to \(clients - 1), each once, found"
                        + " client \(client)")
            }
            var state = ClientState<Floats>()
            state.bytes = try reader.byteList()
            state.vectorCount = try reader.integer()
            if state.vectorCount > 0 {
                let bytes = try reader.byteList()
                let count = Int(state.vectorCount) * parameters
                guard let numbers = VectorBytes.numbers(in: bytes, count: count) else {
                    throw .invalid(
                        "expected \(state.vectorCount) vectors of \(parameters) numbers for client"
                            + " \(client), found \(bytes.count) bytes")
                }
                state.vectors = hold(numbers.span)
            }
            states[client] = state
        }
    }
}
