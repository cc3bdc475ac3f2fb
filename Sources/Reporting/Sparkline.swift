/// A series of values over the rounds so far, as a few characters of a terminal.
///
/// The series has at most 48 bins of rounds, so its memory does not grow with the rounds. When all
/// bins are in use, pairs of them are joined.
struct Sparkline: Sendable {
    /// The sum and the number of the values in some rounds.
    private struct Bin: Sendable {
        var sum = 0.0
        var count = 0
    }

    private static let mostBins = 48
    private static let levels: [Character] = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]

    private var bins: [Bin] = []
    private var roundsOfBin = 1

    init() { bins.reserveCapacity(Self.mostBins) }

    /// Records that a round is done.
    ///
    /// - Parameters:
    ///   - value: the value of the round; nil or not finite if there is none.
    ///   - round: the number of the round, from 0. A round before the last one counts as that.
    mutating func add(_ value: Double?, round: Int) {
        var bin = round / roundsOfBin
        while bin >= Self.mostBins {
            joinPairs()
            bin = round / roundsOfBin
        }
        while bins.count <= bin { bins.append(Bin()) }
        guard let value, value.isFinite else { return }
        bins[bins.count - 1].sum += value
        bins[bins.count - 1].count += 1
    }

    private mutating func joinPairs() {
        let half = (bins.count + 1) / 2
        for index in 0..<half {
            var joined = bins[2 * index]
            if 2 * index + 1 < bins.count {
                joined.sum += bins[2 * index + 1].sum
                joined.count += bins[2 * index + 1].count
            }
            bins[index] = joined
        }
        bins.removeLast(bins.count - half)
        roundsOfBin *= 2
    }

    /// Returns the means of equal parts of the rounds so far, at most `count` of them. A part
    /// without a value has the mean of the part before; nil if there is none.
    func means(_ count: Int) -> [Double?] {
        let parts = min(count, bins.count)
        var last: Double?
        return (0..<parts).map { part in
            let range = part * bins.count / parts..<(part + 1) * bins.count / parts
            let (sum, values) = bins[range].reduce((0.0, 0)) { ($0.0 + $1.sum, $0.1 + $1.count) }
            if values > 0 { last = sum / Double(values) }
            return last
        }
    }

    /// Returns a character for each mean; a space for nil.
    ///
    /// - Parameter range: the values of the lowest and of the highest character. If they are equal,
    ///   all characters are the lowest one.
    static func text(_ means: [Double?], in range: ClosedRange<Double>) -> String {
        let width = range.upperBound - range.lowerBound
        return String(
            means.map { mean in
                guard let mean else { return " " }
                let share = width > 0 ? (mean - range.lowerBound) / width : 0
                return levels[min(max(Int(share * Double(levels.count)), 0), levels.count - 1)]
            })
    }
}
