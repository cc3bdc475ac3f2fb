/// A folder whose report is served, as the functions that read it. Each may be slow, and is called
/// by one thread at a time.
public struct WatchedFolder: Sendable {
    /// The folder as the user named it.
    let name: String
    /// Returns a number that changes when a file in the folder does.
    let signature: @Sendable () -> UInt64
    /// Returns a sentence about how far the runs are, and whether runs may still go on.
    let progress: @Sendable () -> String
    /// Returns the report as HTML; nil while there is nothing to report.
    let report: @Sendable () throws -> [UInt8]?

    /// - Parameters:
    ///   - name: the folder as the user named it.
    ///   - signature: returns a number that changes when a file in the folder does.
    ///   - progress: returns a sentence about how far the runs are.
    ///   - report: returns the report as HTML; nil while there is nothing to report. Throws the
    ///     reason if it cannot be made.
    public init(
        name: String, signature: @escaping @Sendable () -> UInt64,
        progress: @escaping @Sendable () -> String,
        report: @escaping @Sendable () throws -> [UInt8]?
    ) {
        (self.name, self.signature, self.progress) = (name, signature, progress)
        self.report = report
    }
}
