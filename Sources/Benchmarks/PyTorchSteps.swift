import Simulation

/// Training steps of bare PyTorch on one core: what a home-made loop reaches.
enum PyTorchSteps {
    static let script = "Scripts/yardsticks/pytorch_steps.py"

    /// Steps per second by model and batch size, and in which variant; empty where PyTorch is not
    /// installed.
    static func run() throws -> [(model: String, batch: Int, rate: Double, variant: String)] {
        let output = try ChildProgram.output(of: [
            "env", "OMP_NUM_THREADS=1", "PYTHONDONTWRITEBYTECODE=1", "taskset", "-c", "0",
            "python3", script,
        ])
        return output.split(separator: "\n").compactMap { line in
            let words = line.split(separator: " ", maxSplits: 3).map(String.init)
            guard words.count == 4, let batch = Int(words[1]), let rate = Double(words[2]) else {
                return nil
            }
            return (words[0], batch, rate, words[3])
        }
    }
}
