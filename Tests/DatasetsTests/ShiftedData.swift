import Datasets
import Settings

/// Samples with one label each, dealt to clients one after the other, as shifts get them.
struct ShiftedData {
    var shape = [4]
    var classes = 3
    /// The samples of each client.
    var sizes = [5, 5, 5]
    /// The features; zeros where empty.
    var features: DecodedDataset.Features?
    var labels: [Int32]?
    var holdout = HoldoutSettings(validation: 0, test: 0, choice: .drawn, seed: 9)

    var count: Int { sizes.reduce(0, +) }
    var width: Int { shape.reduce(1, *) }

    func dataset() throws -> Dataset {
        let features =
            features ?? .floats([Float](repeating: 0, count: count * width))
        let labels = labels ?? (0..<count).map { Int32($0 % classes) }
        let none: DecodedDataset.Features =
            if case .bytes = features { .bytes([]) } else { .floats([]) }
        return try Dataset(
            DecodedDataset(
                sampleShape: shape, classes: classes,
                train: DecodedDataset.Samples(features: features, labels: labels),
                test: DecodedDataset.Samples(features: none, labels: [])))
    }

    var partition: Partition {
        var first = 0
        return Partition(
            sizes.map { size in
                defer { first += size }
                return (first..<first + size).map { Int32($0) }
            }, of: count)
    }

    func source(_ shifts: [any Shift]) throws -> ShiftedSource {
        ShiftedSource(
            try dataset(), dataKey: "data", partition, partitionKey: "partition", shifts,
            holdout: holdout)
    }

    func made(_ shifts: [any Shift]) throws -> (samples: DecodedDataset, partition: Partition) {
        let source = try source(shifts)
        try source.check()
        return try source.made()
    }

    /// The training features after the shifts as numbers, (samples, width).
    func numbers(_ shifts: [any Shift]) throws -> [[Float]] {
        guard case .floats(let values) = try made(shifts).samples.train.features else { return [] }
        return stride(from: 0, to: values.count, by: width).map {
            Array(values[$0..<$0 + width])
        }
    }

    /// The training features after the shifts as bytes, (samples, width).
    func bytes(_ shifts: [any Shift]) throws -> [[UInt8]] {
        guard case .bytes(let values) = try made(shifts).samples.train.features else { return [] }
        return stride(from: 0, to: values.count, by: width).map {
            Array(values[$0..<$0 + width])
        }
    }

    /// The training labels after the shifts.
    func labels(_ shifts: [any Shift]) throws -> [Int32] {
        try made(shifts).samples.train.labels
    }
}

/// Makes a shift from its settings in a scenario: `quantity, law: power`.
func shift(_ settings: String) throws -> any Shift {
    let tree = try SettingsTree(yaml: "it: { kind: \(settings) }", file: "demo.yaml")
    return try tree.load { $0.component("it", from: shifts, default: "noise", "") }.value
}
