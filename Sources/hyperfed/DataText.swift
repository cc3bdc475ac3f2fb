import Datasets
import Settings

/// The lines of `hyperfed data`.
struct DataText {
    private let kind: String
    private let dataset: Dataset
    private let summary: DataSummary
    /// The range of the training values before scaling; nil if it is that of the stored ones.
    var unscaled: ClosedRange<Float>?
    /// Facts about the files.
    var facts: [String] = []

    private static let mostClasses = 100
    private static let widestSymbol = 40

    init(_ kind: String, _ dataset: Dataset, _ summary: DataSummary) {
        (self.kind, self.dataset, self.summary) = (kind, dataset, summary)
    }

    /// All lines, in order.
    var lines: [String] {
        var lines = [
            "data set: \(kind), \(counted(summary.train.count, "training sample")) and "
                + "\(counted(summary.test.count, "test sample"))",
            "a sample: shape \(dataset.sampleShape), \(summary.element)",
        ]
        if let vocabulary = dataset.vocabulary {
            lines.append("symbols: \(vocabulary.grouped)")
        } else {
            lines += values + features
        }
        lines += targets + owners
        if summary.repeatedTestSamples > 0 {
            lines.append(
                "test samples whose features are those of a training sample: "
                    + summary.repeatedTestSamples.grouped)
        }
        return lines + facts
    }

    private var values: [String] {
        guard let range = summary.train.range else { return [] }
        var lines: [String] = []
        let raw = unscaled ?? range
        lines.append("values before scaling: \(Self.text(raw)) in the training samples")
        func scaled(_ range: ClosedRange<Float>) -> String {
            Self.text(range.lowerBound * summary.scale...range.upperBound * summary.scale)
        }
        let test = summary.test.range.map { ", \(scaled($0)) in the test samples" } ?? ""
        lines.append("values after scaling: \(scaled(range)) in the training samples\(test)")
        let zeros = Int((1_000 * summary.train.zeroShare).rounded())
        if zeros > 0 { lines.append("zeros: \(zeros / 10).\(zeros % 10) % of the values") }
        return lines
    }

    private var features: [String] {
        var lines: [String] = []
        let constant = summary.constantFeatures
        if !constant.isEmpty {
            lines.append(
                "features with one value in all training samples: \(constant.count.grouped)"
                    + Self.list(constant.map(String.init)))
        }
        let repeated = summary.repeatedFeatures
        if !repeated.isEmpty {
            lines.append(
                "features equal to an earlier one: \(repeated.count.grouped)"
                    + Self.list(repeated.map { "\($0.feature) = \($0.first)" }))
        }
        return lines
    }

    private var targets: [String] {
        guard dataset.classes > 0 else {
            let range = summary.train.targetRange.map { ", \(Self.text($0))" } ?? ""
            let scale = dataset.targetScale == 1 ? "" : ", divided by \(dataset.targetScale)"
            return ["targets: \(counted(dataset.targetWidth, "number")) to predict\(range)\(scale)"]
        }
        let names = dataset.classNames ?? (0..<dataset.classes).map(String.init)
        let (train, test) = (summary.train.classCounts, summary.test.classCounts)
        var lines = ["classes: \(dataset.classes.grouped) (name: training, test)"]
        let shown = names.prefix(Self.mostClasses).map { name in
            dataset.predictsSymbols ? Self.shortened(Self.visible(name)) : Self.visible(name)
        }
        let width = min(shown.map(\.count).max() ?? 0, Self.widestSymbol)
        for index in names.indices.prefix(Self.mostClasses) {
            let gap = String(repeating: " ", count: max(width - shown[index].count, 0))
            lines.append(
                "  \(shown[index]): \(gap)\(train[index].grouped), \(test[index].grouped)")
        }
        if names.count > Self.mostClasses {
            lines.append("  and \((names.count - Self.mostClasses).grouped) more")
        }
        return lines
    }

    private var owners: [String] {
        let samples = dataset.trainingSamples
        guard let owners = dataset.owners(of: .train) else { return [] }
        var counts = [Int](repeating: 0, count: samples.ownerNames.count)
        for owner in owners { counts[Int(owner)] += 1 }
        counts.sort()
        let kind = samples.ownerKind
        let one = TextFiles.Owners(rawValue: kind)?.noun ?? kind
        return [
            "owners: \(counts.count.grouped) \(counts.count == 1 ? one : kind), "
                + "\((counts.first ?? 0).grouped) to \((counts.last ?? 0).grouped) training "
                + "samples each, median \(counts[counts.count / 2].grouped)"
        ]
    }

    /// Replaces characters that move the cursor.
    private static func visible(_ name: String) -> String {
        guard name != " " else { return "' '" }
        return name.unicodeScalars.map { scalar in
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator:
                scalar.escaped(asASCII: true)
            default: String(scalar)
            }
        }.joined()
    }

    private static func shortened(_ name: String) -> String {
        name.count > widestSymbol ? String(name.prefix(widestSymbol - 3)) + "..." : name
    }

    private static func text(_ range: ClosedRange<Float>) -> String {
        "\(range.lowerBound) to \(range.upperBound)"
    }

    private static func list(_ names: [String]) -> String {
        " (\(names.prefix(10).joined(separator: ", "))\(names.count > 10 ? ", ..." : ""))"
    }
}
