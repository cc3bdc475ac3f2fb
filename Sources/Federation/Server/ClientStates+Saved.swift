public import Bytes

/// The saved form of all client states, in client order. Where the vectors go is the caller's
/// choice: they are large, and most of them do not change between two times that they are saved.
///
/// States are saved between two rounds. At that time, the new state of each client has taken
/// effect.
extension ClientStates {
    /// Calls the closure for each client that carries vectors, in client order.
    public func forEachWithVectors<E: Error>(
        _ body: (_ client: UInt32, ClientState<Floats>) throws(E) -> Void
    ) throws(E) {
        for (client, state) in states.sorted(by: { $0.key < $1.key }) where state.vectorCount > 0 {
            try body(client, state)
        }
    }

    /// Appends the states of all clients that have one.
    ///
    /// - Parameter vectors: appends what `restore` needs to find a client's vectors again.
    public func save<E: Error>(
        to writer: inout ByteWriter,
        vectors: (_ client: UInt32, ClientState<Floats>, inout ByteWriter) throws(E) -> Void
    ) throws(E) {
        writer.write(count: states.count)
        for (client, state) in states.sorted(by: { $0.key < $1.key }) {
            writer.write(client)
            writer.write(state.round)
            writer.write(state.bytes)
            writer.write(state.vectorCount)
            if state.vectorCount > 0 { try vectors(client, state, &writer) }
        }
    }

    /// Reads the states of all clients that have one.
    ///
    /// - Parameters:
    ///   - clients: the number of clients in the run.
    ///   - vectors: reads what `save` appended for a client, whose other facts it gets, and returns
    ///     its vectors.
    public mutating func restore(
        from reader: inout ByteReader, clients: Int,
        vectors: (_ client: UInt32, ClientState<Floats>, inout ByteReader) throws(BytesError) ->
            Floats
    ) throws(BytesError) {
        // A state has a client, a round, a count of bytes and a count of vectors: 14 bytes.
        let count = try reader.count(size: 14)
        removeAll()
        for _ in 0..<count {
            let client = try reader.integer(UInt32.self)
            guard client < clients, states[client] == nil else {
                throw .invalid(
                    "expected the states of clients 0 to \(clients - 1), each once, found"
                        + " client \(client)")
            }
            var state = ClientState<Floats>()
            state.round = try reader.integer()
            state.bytes = try reader.byteList()
            state.vectorCount = try reader.integer()
            if state.vectorCount > 0 {
                state.vectors = try vectors(client, state, &reader)
            }
            insert(state, of: client)
        }
    }
}
