/// The clients that a coordinator accepts, and how a change of their list is read.
public struct AcceptedClients: Sendable {
    /// The list as it was read last.
    private(set) var list: AllowList
    private let changed: @Sendable () throws -> AllowList?

    /// Makes a list of accepted clients.
    ///
    /// - Parameter changed: returns the list if it has changed since the last call, else nil.
    ///   It throws an error whose words say what is not right. The thread of the authenticator
    ///   calls it for each new connection.
    public init(
        _ list: AllowList, changed: @escaping @Sendable () throws -> AllowList? = { nil }
    ) {
        (self.list, self.changed) = (list, changed)
    }

    /// Reads the list again if it has changed. One that is not right leaves the list as it was.
    ///
    /// - Returns: why a changed list cannot be used; else nil.
    mutating func update() -> String? {
        do {
            if let new = try changed() { list = new }
            return nil
        } catch {
            return "\(error); the list as it was before counts"
        }
    }
}
