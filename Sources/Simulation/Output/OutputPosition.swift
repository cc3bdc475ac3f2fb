/// How long one of a run's files is after a round. A run that continues from there cuts the file to
/// this length: what follows is of rounds that are computed again.
package struct OutputPosition: Equatable, Sendable {
    /// The name of the file in the run's folder: "rounds.csv".
    package let file: String
    /// Its length in bytes.
    package let bytes: UInt64

    package init(file: String, bytes: UInt64) { (self.file, self.bytes) = (file, bytes) }
}
