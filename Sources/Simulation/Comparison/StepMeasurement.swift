import CSystem
import Datasets
import Federation
import LearningRates
import Models
import Scenarios

/// What the work of a run takes on this machine: a second of its real local steps and evaluations,
/// with its model on its data.
struct StepMeasurement {
    /// Processor seconds of a local step.
    let secondsPerStep: Double
    /// Processor seconds of the evaluation of a sample.
    let secondsPerSample: Double

    /// How long is measured at least, in seconds.
    private static let enough = 0.2

    /// Runs local steps of one client, and evaluations of test samples.
    init(_ run: PreparedRun) {
        secondsPerStep = Self.step(run)
        secondsPerSample = Self.sample(run)
    }

    private static func step(_ run: PreparedRun) -> Double {
        let population = run.holdout.training
        // A client of middling size in the first cohort.
        let members = run.cohortPlanner(run.phases[0]).plan(
            round: 0, run.traffic(sendsMovement: false)
        ).members
        let sizes = members.map { (client: $0.client, size: population.size(of: Int($0.client))) }
            .filter { $0.size > 0 }.sorted { $0.size < $1.size }
        guard !sizes.isEmpty else { return 0 }
        let client = sizes[sizes.count / 2].client
        // A few steps say how many fill the time; the first ones also fill the caches.
        var count = 3
        while true {
            let (seconds, done) = time(run, client, steps: count)
            if seconds >= enough || count >= 1 << 20 { return seconds / Double(max(done, 1)) }
            let wanted = 1.2 * enough * Double(done) / max(seconds, 1e-6)
            count = max(count + 1, min(count * 50, Int(wanted)))
        }
    }

    /// Returns the processor seconds of local steps, and their number: fewer if they diverge.
    private static func time(_ run: PreparedRun, _ client: UInt32, steps: Int)
        -> (seconds: Double, done: Int)
    {
        var settings = run.trainingPlan
        settings.length = .steps(steps)
        var trainer = LocalTrainer(
            settings, network: run.network, dataset: run.dataset,
            partition: run.holdout.training, validation: run.holdout.validation)
        let weights = run.network.initialParameters(seed: run.scenario.seed)
        let none = [Float](repeating: 0, count: weights.count)
        var update = none
        var next = [Float](repeating: 0, count: weights.count * settings.carriedVectors)
        let needsServer = (settings.correction?.vectorsDown ?? 0) > 0
        let needsAggregate = settings.scheduler.needs.previousAggregate
        let started = hyperfed_thread_cpu_seconds()
        var out = update.mutableSpan
        var carried = next.mutableSpan
        var done = 0
        _ = try? trainer.trainClient(
            ClientTask(
                round: 0, client: client, attempt: 1,
                localRate: run.scenario.client.learningRate),
            weights: weights.span, previousAggregate: needsAggregate ? none.span : nil,
            server: needsServer ? none.span : Span(), carried: Span(), into: &out,
            carrying: &carried, progressed: { done += 1 })
        return (hyperfed_thread_cpu_seconds() - started, done)
    }

    private static func sample(_ run: PreparedRun) -> Double {
        let samples = run.dataset.count(of: .test)
        guard run.scenario.evaluation.every > 0, samples > 0 else { return 0 }
        var evaluator = Evaluator(
            network: run.network, dataset: run.dataset, holdout: run.holdout)
        evaluator.load(run.network.initialParameters(seed: run.scenario.seed).span)
        var done = 0
        let started = hyperfed_thread_cpu_seconds()
        var seconds = 0.0
        var chunk = 0
        while seconds < enough / 2, done < 1 << 20 {
            _ = evaluator.sums(of: .test(chunk: UInt32(chunk)))
            done += Evaluator.samples(inChunk: chunk, of: samples).count
            chunk = (chunk + 1) % Evaluator.chunks(of: samples)
            seconds = hyperfed_thread_cpu_seconds() - started
        }
        return seconds / Double(done)
    }
}
