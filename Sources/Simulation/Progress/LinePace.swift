/// How often progress is shown.
package struct LinePace: Sendable {
    /// When lines were drawn or written last, on the clock of the caller.
    private var last: Double

    /// The smallest number of seconds between two drawings on a terminal.
    private static let drawing = 0.125
    /// The number of seconds without a plain line after which there is one more.
    private static let plain = 10.0

    /// - Parameter seconds: the time at the beginning.
    package init(at seconds: Double) { last = seconds }

    /// Returns whether the lines on a terminal are drawn now.
    package mutating func draws(at seconds: Double) -> Bool {
        isDue(at: seconds, after: Self.drawing)
    }

    /// Returns whether a plain line is written now.
    ///
    /// - Parameter isNeeded: whether there is a reason for a line at any time.
    package mutating func writes(at seconds: Double, isNeeded: Bool) -> Bool {
        isDue(at: seconds, after: isNeeded ? 0 : Self.plain)
    }

    private mutating func isDue(at seconds: Double, after pause: Double) -> Bool {
        guard seconds - last >= pause else { return false }
        last = seconds
        return true
    }
}
