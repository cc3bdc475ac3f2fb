import Datasets
import Reporting
import Scenarios
import Simulation
import Statistics

/// Measures what `compare --jobs` gains: the same comparison with one run after the other, and with
/// as many at a time as there are cores. Both take turns, three times.
func jobs(_ tell: (String) -> Void) throws {
    let cores = Simulation.cores
    let fashion = [
        ("clients.processes", "auto"), ("training.rounds", "20"), ("evaluation.every", "1"),
    ]
    for (name, text, changes) in [
        ("short runs", shortRuns, []), ("Fashion-MNIST", fashionRuns, fashion),
    ] {
        let file = try ScenarioFile(
            text: text, file: "the benchmark's scenario", workingFolder: "",
            overrides: changes.map { ScenarioFile.Override($0.0, $0.1) })
        var supply = DataSupply(DataCache())
        let studies = try file.studies().map { try PreparedStudy($0, &supply) }
        let runs = studies.reduce(0) { $0 + $1.runs.count }
        var ratios: [Double] = []
        var (alone, beside): (seconds: [Double], [Double]) = ([], [])
        for _ in 0..<3 {
            alone.append(try seconds(studies, jobs: 1))
            beside.append(try seconds(studies, jobs: cores))
            ratios.append(beside[beside.count - 1] / alone[alone.count - 1])
        }
        guard let ratio = median(ratios), let one = median(alone), let many = median(beside) else {
            return
        }
        tell(
            "\(name), \(runs) runs: \(fixed(one, 2)) s with --jobs 1, \(fixed(many, 2)) s with"
                + " --jobs \(cores): \(fixed(ratio, 2)) times as long")
    }
}

private let shortRuns = """
    name: short
    seed: 1
    data:
      dataset: { kind: gaussian_clusters, samples: 6000 }
      skew: { kind: dirichlet, alpha: 0.3 }
    clients: { count: 20, per_round: 5 }
    model: softmax_regression
    training: { rounds: 40, batch_size: 32 }
    client: { learning_rate: 0.01 }
    compare:
      seeds: [1, 2, 3]
      variants: { fedavg: {}, global: { server.scheduler: fedhyper_g } }

    """

private let fashionRuns =
    Workload.text + """
        compare:
          seeds: [1, 2]
          variants: { fedavg: {}, global: { server.scheduler: fedhyper_g } }

        """

/// Returns the wall time of a comparison. Its folder is removed afterwards.
private func seconds(_ studies: [PreparedStudy], jobs: Int) throws -> Double {
    let folder = try PrivateFolder()
    var options = RunOptions(folder: "\(folder.path)/result", quiet: true)
    options.jobs = jobs
    let started = monotonicSeconds()
    let source = ComparisonFile.Source(
        file: "the benchmark", text: "", workingFolder: "", changes: [], isQuick: false,
        studies: nil)
    var comparison = try Comparison(studies, source, options)
    let outcome = try comparison.run(
        cache: DataCache(warn: { _ in }), announcement: { _ in "" }, show: { _ in })
    if let (signal, _) = outcome.interruption {
        throw RunStopped.interrupted(signal: signal, round: 0)
    }
    return monotonicSeconds() - started
}
