import Datasets
import Federation
import Models
import Scenarios
import Simulation

/// Runs the same federated work in plain NumPy on one core: what a simple loop reaches.
enum NumPyYardstick {
    struct Result {
        let roundsPerSecond: Double
        let samplesPerSecond: Double
        /// Test accuracy after every tenth round.
        let accuracies: [Double]
    }

    static let script = "Scripts/yardsticks/numpy_fedavg.py"
    private static let images = "/usr/share/datasets/fashion-mnist"

    /// Runs it on the workload's clients, cohorts and initial model; a reason in words when it
    /// cannot run here.
    static func run(_ prepared: PreparedRun, warmUp: Int) throws -> (Result?, whyNot: String) {
        let plan = try PrivateFolder()
        try write(prepared, warmUp: warmUp, to: plan.path)
        let output: String
        do {
            output = try ChildProgram.output(of: [
                "env", "OMP_NUM_THREADS=1", "OPENBLAS_NUM_THREADS=1", "MKL_NUM_THREADS=1",
                "PYTHONDONTWRITEBYTECODE=1", "taskset", "-c", "0", "python3", script, plan.path,
            ])
        } catch {
            return (nil, "\(error)")
        }
        let numbers = output.split(whereSeparator: \.isWhitespace).compactMap { Double($0) }
        guard numbers.count >= 3 else {
            return (nil, "python3 with numpy is not here, or not in the project's folder")
        }
        return (
            Result(
                roundsPerSecond: numbers[0], samplesPerSecond: numbers[1],
                accuracies: Array(numbers[3...])), ""
        )
    }

    /// Writes the workload's clients, cohorts, initial model and settings for a script.
    ///
    /// - Parameters:
    ///   - warmUp: the number of rounds at the start that the script leaves out of its time.
    ///   - folder: an existing folder.
    static func write(_ prepared: PreparedRun, warmUp: Int, to folder: String) throws {
        let scenario = prepared.scenario
        let population = prepared.holdout.training
        var partition = [Int32(population.count)]
        partition += (0..<population.count).map { Int32(population.size(of: $0)) }
        for client in 0..<population.count {
            population.appendSamples(of: client, to: &partition)
        }
        try Files.write(littleEndian(partition), to: "\(folder)/partition.i32")
        let flat = prepared.network.initialParameters(seed: scenario.seed)
        let layout = prepared.network.layout
        let tensors = layout.views.flatMap { layout.tensor($0, of: flat) }
        try Files.write(
            littleEndian(tensors.map { Int32(bitPattern: $0.bitPattern) }),
            to: "\(folder)/model.f32")
        let cohorts = (0..<scenario.training.rounds).map { round in
            Cohort.draw(
                seed: scenario.seed, round: UInt32(round), clients: scenario.clients.count,
                size: scenario.clients.perRound
            ).map { String($0) }.joined(separator: " ") + "\n"
        }
        try Files.write(Array(cohorts.joined().utf8), to: "\(folder)/cohorts.txt")
        let hidden = layout.views[0].shape[0]
        let settings =
            "\(scenario.client.learningRate)\n\(scenario.training.batchSize)\n\(hidden)\n"
            + "\(warmUp)\n\(images)\n"
        try Files.write(Array(settings.utf8), to: "\(folder)/settings.txt")
    }

    private static func littleEndian(_ words: [Int32]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(4 * words.count)
        for word in words {
            for shift in stride(from: 0, to: 32, by: 8) {
                bytes.append(UInt8(truncatingIfNeeded: word >> Int32(shift)))
            }
        }
        return bytes
    }
}
