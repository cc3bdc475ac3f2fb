/// The bytes that the algorithm sends for one client and round. This program may send other numbers
/// of bytes, because processes share models and messages have headers.
///
///     down = 4 d (1 + v) + 8       model, v further vectors; the local rate
///     up   = 4 d (1 + u) + 32      update, u further vectors; samples, steps (4 bytes each), two
///                                  losses and the squared norm (8 bytes each)
///
/// The number of parameters is d. Client state stays with the client and is not counted.
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
    public init(parameters: Int, vectorsDown: Int = 0, vectorsUp: Int = 0) {
        down = 4 * parameters * (1 + vectorsDown) + 8
        up = 4 * parameters * (1 + vectorsUp) + 32
    }
}
