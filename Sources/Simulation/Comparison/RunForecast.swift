import Datasets
import Federation
import LearningRates
import Models
import Scenarios

/// What a run will take: an estimate from a second of its real work on this machine.
public struct RunForecast: Sendable {
    /// Wall-clock seconds of the run, with nothing else on this machine.
    public let seconds: Double
    /// Processor seconds of all its processes.
    public let processorSeconds: Double
    /// Bytes of memory of all its processes.
    public let memoryBytes: Double
    /// Bytes of its files at its end.
    public let diskBytes: Double

    /// Processor seconds beside those of local steps and evaluations, as measured on a machine of
    /// 2026.
    private enum Cost {
        static let task = 120e-6
        static let round = 300e-6
        static let run = 0.05
        static let process = 0.01
        /// Bytes of a process beside its models and batches.
        static let processBytes = 12e6
    }

    init(_ run: PreparedRun, _ measured: StepMeasurement, cores: Int, jobs: Int) {
        let scenario = run.scenario
        let rounds = Double(scenario.training.rounds)
        let work = Self.work(run)
        let processes = run.processCount(cores: cores, jobs: jobs)
        let workers = Double(min(cores, processes, max(1, Int(work.tasks.rounded(.up)))))
        let training =
            rounds * (work.steps * measured.secondsPerStep + work.tasks * Cost.task)
        let samples = Self.evaluatedSamples(run)
        let evaluation = samples.test * measured.secondsPerSample
        let ofClients = samples.clients * measured.secondsPerSample
        let isShared =
            Double(run.dataset.count(of: .test)) * Double(run.network.parameterCount)
            >= Double(Evaluator.sharedWork)
        let start = Cost.run + Double(processes) * Cost.process
        processorSeconds = training + evaluation + ofClients + rounds * Cost.round + start
        seconds =
            (training + ofClients) / workers + evaluation / (isShared ? workers : 1)
            + rounds * Cost.round + start
        memoryBytes = run.neededBytes + Double(processes + 1) * Cost.processBytes
        // A run of some minutes has two checkpoints.
        diskBytes = Self.diskBytes(
            run, tasks: work.tasks, steps: work.steps, checkpoints: seconds > 60 ? 2 : 1)
    }

    /// Counts the tasks and the local steps of a round, on average over some rounds.
    private static func work(_ run: PreparedRun) -> (tasks: Double, steps: Double) {
        let scenario = run.scenario
        let planner = run.cohortPlanner(run.phases[0])
        let rounds = min(8, scenario.training.rounds)
        var (tasks, steps) = (0, 0)
        for round in 0..<UInt32(rounds) {
            let plan = planner.plan(round: round, run.traffic(sendsMovement: false))
            tasks += plan.members.count
            for member in plan.members {
                steps += BatchOrder.stepCount(
                    samples: run.holdout.training.size(of: Int(member.client)),
                    batchSize: scenario.training.batchSize, length: scenario.training.length)
            }
        }
        return (Double(tasks) / Double(rounds), Double(steps) / Double(rounds))
    }

    /// Counts the samples of all evaluations: test samples, and those of clients.
    private static func evaluatedSamples(_ run: PreparedRun) -> (test: Double, clients: Double) {
        let scenario = run.scenario
        let rounds = scenario.training.rounds
        let times = (0..<rounds).count { scenario.evaluation.isDue(round: $0, of: rounds) }
        let share =
            switch scenario.evaluation.perClient {
            case .none: 0.0
            case .cohort: Double(scenario.clients.perRound) / Double(scenario.clients.count)
            case .all: 1.0
            }
        return (
            Double(times * run.dataset.count(of: .test)),
            Double(times) * share * Double(run.dataset.count(of: .train))
        )
    }

    /// Adds up the bytes of rows as they are on average, of the model and of checkpoints, which
    /// have the model and the last aggregate.
    private static func diskBytes(
        _ run: PreparedRun, tasks: Double, steps: Double, checkpoints: Double
    ) -> Double {
        let scenario = run.scenario
        let rounds = Double(scenario.training.rounds)
        let points = min(Double(scenario.client.ratePoints), steps / max(tasks, 1))
        let model = 4 * Double(run.network.parameterCount)
        let events = scenario.output.tensorBoard ? 1_150 * rounds + 4_500 : 0
        return rounds * (350 + tasks * (170 + 35 * points)) + 6_000 + model + events
            + checkpoints * 2 * model + run.carriedBytes(run.trainingPlan)
    }
}

/// What the runs of a comparison that are to be done will take together.
public struct ComparisonForecast: Sendable {
    /// The forecast of each run of each study.
    public let runs: [[RunForecast]]

    /// Measures each kind of work once.
    public init(_ studies: [PreparedStudy], cores: Int = Simulation.cores, jobs: Int = 1) {
        // Looked up only, so their order does not matter.
        var measured: [String: StepMeasurement] = [:]
        runs = studies.map { study in
            study.runs.map { run in
                let name = Self.work(run)
                let known = measured[name] ?? StepMeasurement(run)
                measured[name] = known
                return RunForecast(run, known, cores: cores, jobs: jobs)
            }
        }
    }

    /// Names all that decides what a local step takes. Runs that differ only in seed and rates have
    /// the same name.
    private static func work(_ run: PreparedRun) -> String {
        let scenario = run.scenario
        return [
            run.dataKey, run.phases[0].key, scenario.model.label, "\(run.network.parameterCount)",
            "\(scenario.training.batchSize)", "\(run.trainingPlan.validationBatchSize)",
            "\(scenario.validationFraction)", scenario.client.optimizerLabel,
            scenario.client.schedulerLabel, scenario.training.correctionKind,
            "\(scenario.evaluation.every > 0)",
        ].joined(separator: "\n")
    }
}
