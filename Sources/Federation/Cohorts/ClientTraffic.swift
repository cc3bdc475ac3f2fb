/// The bytes that the algorithm sends for one client and round. This program may send other numbers
/// of bytes, because processes share models and messages have headers.
///
///     down = m + 4 d v + 8      model, v further vectors; the local rate
///     up   = n + 4 d u + 32     update, u further vectors; samples, steps (4 bytes each), two
///                               losses and the squared norm (8 bytes each)
///
/// The number of parameters is d. The bytes m of the model and n of the update are those of their
/// packed forms, and 4 d without compression. Further vectors are not compressed. Client state
/// stays with the client and is not counted.
public struct ClientTraffic: Equatable, Sendable {
    /// The bytes from the server to a client.
    public let down: Int
    /// The bytes from a client to the server.
    public let up: Int

    /// Computes both numbers.
    ///
    /// - Parameters:
    ///   - vectorsDown: the number of vectors sent beside the model, such as the previous aggregate
    ///     or a vector of a correction.
    ///   - vectorsUp: the number of vectors sent beside the update.
    ///   - model: the compression of the model; nil if there is none.
    ///   - update: the compression of the updates; nil if there is none.
    public init(
        parameters: Int, vectorsDown: Int = 0, vectorsUp: Int = 0,
        model: (any Compression)? = nil, update: (any Compression)? = nil
    ) {
        down = (model?.packedBytes(parameters) ?? 4 * parameters) + 4 * parameters * vectorsDown + 8
        up = (update?.packedBytes(parameters) ?? 4 * parameters) + 4 * parameters * vectorsUp + 32
    }
}
