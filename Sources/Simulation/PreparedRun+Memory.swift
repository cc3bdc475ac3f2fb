import Datasets
import Federation
import Glibc
import LearningRates
import Models
import Scenarios

extension PreparedRun {
    /// Why this machine can't hold the run, and which key could change that; nil if it can.
    ///
    /// An estimate from below: all that coordinator and client processes allocate for models,
    /// gradients and activations. What does not fit would end in the middle of a run.
    var memoryProblem: (key: String, problem: String)? {
        let machine = Double(sysconf(Int32(_SC_PHYS_PAGES))) * Double(sysconf(Int32(_SC_PAGESIZE)))
        let cores = max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
        let processes = processCount(cores: cores)
        let parameters = Double(network.parameterCount) * 4
        // Model, gradient, sum (of twice the size), previous aggregate, initial and shared copies.
        let plan = trainingPlan
        let coordinator = parameters * 10 + carriedBytes(plan)
        // And the update.
        let trainer =
            4
            * Double(
                LocalTrainer.numbers(
                    plan, network: network, partition: holdout.training,
                    validation: holdout.validation))
            + parameters
        if coordinator > machine {
            return (
                "model",
                "\(network.parameterCount) parameters take about \(Self.gigabytes(coordinator)) to"
                    + " train; this machine has \(Self.gigabytes(machine))"
            )
        }
        if trainer > machine {
            let batch = LocalTrainer.largestBatch(plan, holdout.training)
            return (
                "training.batch_size",
                "a batch of \(batch) takes about \(Self.gigabytes(trainer)) for its activations;"
                    + " this machine has \(Self.gigabytes(machine))"
            )
        }
        let all = coordinator + Double(processes) * trainer
        if all > machine {
            return (
                "clients.processes",
                "\(processes) client processes take about \(Self.gigabytes(all)) in all; this machine"
                    + " has \(Self.gigabytes(machine)); use fewer, or a smaller model or batch"
            )
        }
        return nil
    }

    /// Bytes of all vectors that clients carry at the end of the run, and, where old ones are kept
    /// until a commit, of a cohort's new ones beside them.
    private func carriedBytes(_ plan: TrainingPlan) -> Double {
        let cohort = Double(scenario.clients.perRound)
        let carriers = min(
            Double(scenario.clients.count), cohort * Double(scenario.training.rounds))
        let both = plan.correction?.advancesServer ?? false ? cohort : 0
        return (carriers + both) * Double(plan.carriedVectors) * Double(network.parameterCount) * 4
    }

    /// How the shared block of this run is cut.
    ///
    /// - Parameter updateSlots: tasks that may be under way at once.
    func sharedLayout(_ plan: TrainingPlan, updateSlots: Int) -> SharedLayout {
        // Each client's state, a cohort's new ones, and those that are being written.
        let slots = scenario.clients.count + scenario.clients.perRound + updateSlots
        return SharedLayout(
            parameterCount: network.parameterCount, modelVectors: plan.modelVectors,
            updateSlots: updateSlots, carriedVectors: plan.carriedVectors,
            carriedSlots: plan.carriedVectors > 0 ? slots : 0)
    }

    private static func gigabytes(_ bytes: Double) -> String {
        bytes >= 1e18 ? "more than a billion GB" : "\(max(1, Int((bytes / 1e9).rounded()))) GB"
    }
}
