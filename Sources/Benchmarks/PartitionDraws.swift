import Datasets
import RandomStreams
import Reporting
import Settings
import Simulation
import Statistics

private let sampleCount = 1_000_000
private let clientCount = 10_000
/// The settings of `dirichlet`, for which Flower Datasets is timed too.
private let concentration = 0.5

/// Prints the table of `hyperfed bench partitions`: the seconds in which a skew shares out a
/// million samples of ten classes. Flower Datasets does the same Dirichlet partition beside it.
func partitionDraws(_ tell: (String) -> Void) throws {
    let samples = TrainingSamples(
        labels: (0..<sampleCount).map { Int32($0 % 10) }, classes: 10)
    tell(
        "\(counted(sampleCount, "sample")) over \(counted(clientCount, "client")), the median of 5"
            + " draws")
    let settings = [
        "kind: iid",
        "kind: dirichlet, alpha: \(concentration), min_samples: 1",
        "kind: dirichlet, procedure: per_client, min_samples: 1",
        "kind: dirichlet, procedure: with_replacement, samples_per_client: 100, min_samples: 1",
        "kind: dirichlet, procedure: per_class_normalized, min_samples: 1",
        "kind: shards", "kind: classes_per_client", "kind: percentage",
        "kind: quantity, min_samples: 1, alpha: 2", "kind: lognormal",
    ]
    var dirichlet = 0.0
    for (index, text) in settings.enumerated() {
        let skew = try SettingsTree(yaml: "skew: { \(text) }", file: "the benchmark").load {
            $0.component("skew", from: skews, default: "iid", "")
        }.value
        let times = try (0..<5 as Range<UInt64>).map { seed in
            let started = monotonicSeconds()
            _ = try skew.partition(
                samples, among: clientCount, key: RandomKey(seed: seed, .partition))
            return monotonicSeconds() - started
        }
        guard let seconds = median(times) else { return }
        if index == 1 { dirichlet = seconds }
        tell("\(fixed(seconds, 3)) s  \(text)")
    }
    guard let flower = try flowerSeconds() else {
        return tell(
            "Flower Datasets: not measured (python3 with flwr-datasets is not here, or not in the"
                + " project's folder)")
    }
    tell(
        "\(fixed(flower, 3)) s  Flower's DirichletPartitioner:"
            + " dirichlet takes \(fixed(dirichlet / flower, 2)) of its time")
}

/// Returns the seconds of Flower's partitioner; nil where it is not installed.
private func flowerSeconds() throws -> Double? {
    let output: String
    do {
        output = try ChildProgram.output(of: [
            "env", "PYTHONDONTWRITEBYTECODE=1", "python3",
            "Scripts/yardsticks/flower_dirichlet.py", "\(sampleCount)", "\(clientCount)",
            "\(concentration)", "1",
        ])
    } catch {
        return nil
    }
    return output.split(whereSeparator: \.isWhitespace).first.flatMap { Double($0) }
}
