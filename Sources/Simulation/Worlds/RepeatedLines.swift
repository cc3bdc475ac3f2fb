/// Limits how many lines of a log are about the same kind of fault: one line a minute.
///
/// Without a limit, a peer that sends rubbish could fill the disk with messages about it.
package struct RepeatedLines {
    /// The seconds in which there is at most one line of each kind.
    package static let interval = 60.0

    private struct Kind {
        var next: Double
        var hidden = 0
    }

    private var kinds: [FaultKind: Kind] = [:]

    package init() {}

    /// Decides whether a line is written now.
    ///
    /// - Returns: the end of the line, which counts the lines that were left out before; nil if
    ///   this line is left out, too.
    package mutating func ending(of kind: FaultKind, at now: Double) -> String? {
        guard let known = kinds[kind], now < known.next else {
            let hidden = kinds[kind]?.hidden ?? 0
            kinds[kind] = Kind(next: now + Self.interval)
            return hidden == 0 ? "" : " (and \(hidden) more of this kind since the last message)"
        }
        kinds[kind]?.hidden += 1
        return nil
    }
}
