package import RandomStreams
import Settings

/// Brightness: each client's images have their own contrast a_j and brightness b_j.
///
///     x ← min(max(a_j x + b_j, 0), 1)
///
/// The numbers a_j and b_j are uniform in `contrast` and `brightness`. Pixels must be 0 to 1.
///
/// - Streams: client j draws a_j, then b_j.
/// - Source: the color jitter of image libraries with one draw for each client. Pixels count 0 to 1
///   there, too.
/// - Differences: torchvision multiplies for brightness, and its contrast keeps the mean grey.
package struct BrightnessShift: Shift {
    package static let algorithm = Algorithm("brightness", revision: 1)
    package static let stream: UInt32 = 4
    package static let stage = ShiftStage.features
    private let contrast: ClosedRange<Double>
    private let brightness: ClosedRange<Double>

    init(_ settings: Settings) {
        contrast = Self.range(
            settings, "contrast", default: [0.5, 1.5], in: .between(0, 1e6),
            "smallest and largest contrast a of a client")
        brightness = Self.range(
            settings, "brightness", default: [-0.2, 0.2], in: .between(-1e6, 1e6),
            "smallest and largest brightness b of a client")
    }

    package init(contrast: ClosedRange<Double>, brightness: ClosedRange<Double>) {
        (self.contrast, self.brightness) = (contrast, brightness)
    }

    private static func range(
        _ settings: Settings, _ key: String, default value: [Double],
        in range: NumberRange<Double>, _ meaning: String
    ) -> ClosedRange<Double> {
        let ends = settings.numbers(key, default: value, in: range, meaning)
        guard ends.count == 2, ends[0] <= ends[1] else {
            settings.reject(
                key, expected: "a smallest and a largest number such as \(value)",
                found: ends.count == 2
                    ? "\(ends[0]) above \(ends[1])" : counted(ends.count, "number"))
            return value[0]...value[1]
        }
        return ends[0]...ends[1]
    }

    package func addFacts(to facts: inout KeyFacts) {
        facts.add("contrast_smallest", contrast.lowerBound)
        facts.add("contrast_largest", contrast.upperBound)
        facts.add("brightness_smallest", brightness.lowerBound)
        facts.add("brightness_largest", brightness.upperBound)
    }

    package func problem(with data: ShiftedForm, clients: Int) -> ShiftProblem? {
        data.featureProblem("brightness", needsImage: true)
    }

    package var computesFeatures: Bool { true }

    package func apply(to samples: inout ClientSamples, key: RandomKey) throws(ShiftProblem) {
        var stream = key.ofClient(samples.client).stream()
        let factor = contrast.lowerBound + stream.uniform() * (contrast.width)
        let added = brightness.lowerBound + stream.uniform() * (brightness.width)
        try samples.withNumbers { numbers throws(ShiftProblem) in
            for index in numbers.indices {
                let value = numbers[index]
                guard value >= 0, value <= 1 else {
                    throw ShiftProblem(
                        expected: "pixels from 0 to 1 for brightness", found: "\(value)",
                        advice: "put brightness before noise, or leave it out")
                }
                numbers[index] = Float(min(max(factor * Double(value) + added, 0), 1))
            }
        }
    }
}

extension ClosedRange<Double> {
    /// The difference of the two ends.
    fileprivate var width: Double { upperBound - lowerBound }
}
