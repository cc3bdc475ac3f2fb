import Bytes
import RealModule

/// From numbers to colours, the same for all maps of a figure.
public struct ColourScale: Sendable {
    /// How numbers are spread over the colours of the ramp.
    public enum Spread: Equatable, Sendable {
        case linear, logarithmic
        /// Symmetric about 0, linear within the unit and logarithmic beyond it.
        case symmetric(unit: Double)
    }

    /// The colours of the scale.
    public var ramp: ColourRamp
    /// The number at the light or orange end; smaller ones have the same colour.
    public var low: Double
    /// The number at the dark or blue end; larger ones have the same colour.
    public var high: Double
    /// How numbers are spread over the ramp.
    public var spread: Spread

    /// Makes a scale from its ends.
    public init(_ ramp: ColourRamp, low: Double, high: Double, spread: Spread = .linear) {
        (self.ramp, self.low, self.high, self.spread) = (ramp, low, high, spread)
    }

    /// Returns the scale of final accuracies in percent. It begins at the lowest fifth of all
    /// values, rounded down to a ten, so that runs that failed to learn do not fill it.
    public static func accuracies(_ values: [Double]) -> ColourScale {
        let sorted = values.filter(\.isFinite).sorted()
        guard let last = sorted.last else { return ColourScale(.sequential, low: 0, high: 100) }
        let fifth = quantile(sorted, 0.2)
        let high = min((last / 5).rounded(.up) * 5, 100)
        let low = max((fifth / 10).rounded(.down) * 10, 0)
        return ColourScale(.sequential, low: low < high ? low : max(high - 10, 0), high: high)
    }

    /// Returns the scale of errors such as RMSE. It ends at the largest fifth of all values.
    public static func errors(_ values: [Double]) -> ColourScale {
        let sorted = values.filter(\.isFinite).sorted()
        guard let first = sorted.first else { return ColourScale(.sequential, low: 0, high: 1) }
        let fifth = quantile(sorted, 0.8)
        let step = Ticks.step(first, max(fifth, first + 1e-9), most: 5)
        let low = (first / step).rounded(.down) * step
        let high = (fifth / step).rounded(.up) * step
        return ColourScale(.sequential, low: low, high: high > low ? high : low + step)
    }

    /// Returns the scale of differences, symmetric about 0.
    ///
    /// - Parameter limit: differences beyond have the darkest colours.
    public static func differences(limit: Double = 20) -> ColourScale {
        ColourScale(.diverging, low: -limit, high: limit)
    }

    /// Returns the scale of rates from the smallest to the largest value above 0.
    public static func rates(_ values: [Double]) -> ColourScale {
        let positive = values.filter { $0.isFinite && $0 > 0 }
        let (low, high) = (positive.min() ?? 1, positive.max() ?? 1)
        guard high > low else {
            return ColourScale(.sequential, low: low / 2, high: low * 2, spread: .logarithmic)
        }
        return ColourScale(.sequential, low: low, high: high, spread: .logarithmic)
    }

    /// Returns the scale of numbers of both signs whose sizes differ much, such as hypergradients.
    /// The unit is the median size and the end the size that 1 % of the values exceed.
    public static func signed(_ values: [Double]) -> ColourScale {
        let sizes = values.filter(\.isFinite).map { abs($0) }.filter { $0 > 0 }.sorted()
        guard !sizes.isEmpty else { return ColourScale(.diverging, low: -1, high: 1) }
        let (unit, end) = (quantile(sizes, 0.5), quantile(sizes, 0.99))
        return ColourScale(.diverging, low: -end, high: end, spread: .symmetric(unit: unit))
    }

    private static func quantile(_ sorted: [Double], _ share: Double) -> Double {
        let place = share * Double(sorted.count - 1)
        let index = min(Int(place), sorted.count - 1)
        let next = min(index + 1, sorted.count - 1)
        return sorted[index] + (place - Double(index)) * (sorted[next] - sorted[index])
    }

    /// Returns the position of a number on the ramp, from 0 to 1; nil for one without a place.
    package func position(_ value: Double) -> Double? {
        guard value.isFinite else { return nil }
        let position: Double
        switch spread {
        case .linear: position = (value - low) / (high - low)
        case .logarithmic:
            guard value > 0 else { return 0 }
            position = Double.log(value / low) / Double.log(high / low)
        case .symmetric(let unit):
            let size = Double.log(onePlus: abs(value) / unit) / Double.log(onePlus: high / unit)
            position = 0.5 + (value < 0 ? -0.5 : 0.5) * size
        }
        return position.isFinite ? min(max(position, 0), 1) : 0.5
    }

    /// Returns the colour of a number.
    package func colour(_ value: Double) -> RGB? { position(value).map { ramp.colour(at: $0) } }
}

/// A strip that shows which colour means which number.
public struct ColourKey: Sendable {
    /// The scale that the strip shows.
    public var scale: ColourScale
    /// The words below the strip, from its left end to its right end: two or three.
    public var labels: [String]
    /// What the numbers are.
    public var title: String

    /// Makes a key.
    ///
    /// - Parameter labels: the words below the strip; by default the numbers at the ends and in the
    ///   middle.
    public init(_ scale: ColourScale, title: String, labels: [String]? = nil) {
        (self.scale, self.title) = (scale, title)
        let middle =
            switch scale.spread {
            case .linear: (scale.low + scale.high) / 2
            case .logarithmic: Double.sqrt(scale.low) * Double.sqrt(scale.high)
            case .symmetric: 0.0
            }
        self.labels =
            labels
            ?? [scale.low, middle, scale.high].map {
                let text = NumberText.short($0, 2)
                return scale.ramp == .diverging && $0 > 0 ? "+" + text : text
            }
    }

    /// The key as HTML, for below a chart in a page.
    public var html: String {
        let stops = (0...8).map { scale.ramp.colour(at: Double($0) / 8).text }
        let words = labels.map { "<span>\(Markup.escaped($0))</span>" }.joined()
        return "<div class=\"ckey\"><span class=\"ck-t\">\(Markup.escaped(title))</span>"
            + "<span class=\"ck\"><i style=\"background:linear-gradient(90deg,"
            + "\(stops.joined(separator: ",")))\"></i><span class=\"ck-l\">\(words)</span></span>"
            + "</div>"
    }

    /// The height of the key in a file.
    package static let height = 40.0

    /// Draws the key into a file.
    package func draw(_ drawing: inout Drawing, x: Double, y: Double) {
        let width = min(240, drawing.width - x)
        let parts = 48
        for part in 0..<parts {
            let colour = scale.ramp.colour(at: (Double(part) + 0.5) / Double(parts))
            let left = x + width * Double(part) / Double(parts)
            // Each part reaches to the end, under the next ones: viewers would show the seams.
            let right = x + width
            drawing.path(
                "M\(drawing.number(left)) \(drawing.number(y + 14))H\(drawing.number(right))"
                    + "v10H\(drawing.number(left))Z", fill: colour.text)
        }
        drawing.text(x, y + 9, title, .start, .tick)
        for (index, label) in labels.enumerated() {
            let share = labels.count > 1 ? Double(index) / Double(labels.count - 1) : 0.5
            let anchor: Drawing.Anchor = share == 0 ? .start : share == 1 ? .end : .middle
            drawing.text(x + share * width, y + 36, label, anchor, .tick)
        }
    }
}
