import RealModule
public import Statistics

/// How numbers of a study are written: digits, units, signs. Terminal and page share the words.
public struct StatisticsText: Sendable {
    /// The characters in which a terminal and a page differ.
    public struct Style: Sendable {
        let minus: String
        let space: String

        /// A hyphen is the minus, for terminals.
        public static let terminal = Style(minus: "-", space: " ")
        /// A minus sign, and a narrow no-break space before %, for pages.
        public static let page = Style(minus: "\u{2212}", space: "\u{202F}")
    }

    /// The characters that are used.
    let style: Style
    /// The metric of the runs.
    let metric: Metric
    /// The decimals of values, in % of accuracy or in the unit of the RMSE; nil: four digits.
    let valueDecimals: Int?
    /// The decimals of differences.
    let differenceDecimals: Int

    /// Chooses the decimals of a study: the half-width of the median interval has two significant
    /// digits. Percentages have one decimal at least and two at most.
    public init(_ statistics: StudyStatistics, _ style: Style) {
        self.style = style
        metric = statistics.metric ?? .accuracy
        let scale = metric == .accuracy ? 100.0 : 1
        let rows = statistics.variants
        let values = median(rows.compactMap { $0.interval.map { scale * $0.halfWidth } })
        let gains = median(rows.compactMap { $0.difference?.interval?.halfWidth })
        valueDecimals =
            metric == .accuracy
            ? Self.decimals(values, 1...2) ?? 2 : Self.decimals(values, 0...9)
        differenceDecimals = Self.decimals(gains, 1...2) ?? (metric == .accuracy ? 2 : 1)
    }

    private static func decimals(_ size: Double?, _ range: ClosedRange<Int>) -> Int? {
        guard let size, size > 0, size.isFinite else { return nil }
        let power = Double.log10(size).rounded(.down)
        guard abs(power) < 100 else { return range.upperBound }
        return min(max(1 - Int(power), range.lowerBound), range.upperBound)
    }

    /// Returns a value of the metric without its unit: 75.9, or 1.234 of an RMSE.
    public func value(_ value: Double) -> String {
        let scaled = metric == .accuracy ? 100 * value : value
        return withMinus(valueDecimals.map { fixed(scaled, $0) } ?? brief(scaled))
    }

    /// Returns a value with its unit: "75.9 %".
    public func valueWithUnit(_ value: Double) -> String {
        self.value(value) + (metric == .accuracy ? style.space + "%" : "")
    }

    /// Returns an interval of values: "74.7 to 77.2".
    public func interval(_ interval: Interval) -> String {
        "\(value(interval.lower)) to \(value(interval.upper))"
    }

    /// Returns a difference with its sign: "+5.5".
    public func difference(_ gain: Double) -> String {
        withMinus(signed(gain, differenceDecimals))
    }

    /// Returns the size of a difference: "5.5".
    public func size(_ gain: Double) -> String { fixed(abs(gain), differenceDecimals) }

    /// Returns the size of a difference with its unit: "5.5 points" of accuracy, "5.5 %" of RMSE.
    public func sizeWithUnit(_ gain: Double) -> String {
        size(gain) + (metric == .accuracy ? " points" : style.space + "%")
    }

    /// Returns an interval of differences: "-0.2 to 1.5".
    ///
    /// - Parameter isNegated: whether losses are written as positive numbers.
    public func differences(_ interval: Interval, isNegated: Bool = false) -> String {
        let (low, high) =
            isNegated
            ? (-interval.upper, -interval.lower)
            : (interval.lower, interval.upper)
        return withMinus(fixed(low, differenceDecimals)) + " to "
            + withMinus(fixed(high, differenceDecimals))
    }

    /// Returns a target as short as it is: "75 %", "72.5 %", "3.5".
    public func target(_ target: Double) -> String {
        let scaled = metric == .accuracy ? 100 * target : target
        let digits = (0...4).first { abs(scaled - rounded(scaled, $0)) < 1e-9 } ?? 4
        return fixed(scaled, digits) + (metric == .accuracy ? style.space + "%" : "")
    }

    private func rounded(_ value: Double, _ digits: Int) -> Double {
        var scale = 1.0
        for _ in 0..<digits { scale *= 10 }
        return (value * scale).rounded() / scale
    }

    /// Returns the median number of rounds: "206", or "> 300" where too few runs arrived.
    public func rounds(_ arrivals: ArrivalStatistics) -> String {
        let time = fixed(arrivals.rounds.time, 0)
        return arrivals.rounds.hasArrived ? time : "> " + time
    }

    /// Returns the share as a whole percentage: "95 %".
    func percentage(_ share: Double) -> String { fixed(100 * share, 0) + style.space + "%" }

    private func withMinus(_ text: String) -> String { text.replacing("-", with: style.minus) }
}
