/// The length of one of a run's files after a round. A run that continues from this round cuts the
/// file to this length, because the later rounds are computed again.
package struct OutputPosition: Equatable, Sendable {
    /// The name of the file in the run's folder, such as "rounds.csv".
    package let file: String
    /// The length of the file in bytes.
    package let bytes: UInt64

    package init(file: String, bytes: UInt64) { (self.file, self.bytes) = (file, bytes) }
}
