import CSystem
import Datasets
import Federation
import Glibc
import LearningRates
import Models
import Scenarios

extension PreparedRun {
    /// Returns how many update slots the shared memory of a run has. Each process needs at most
    /// two, for two tasks, and one more slot is for the update that is being added.
    func updateSlots(processes: Int) -> Int { min(2 * processes, scenario.clients.perRound) + 1 }

    /// Returns why this machine has too little memory for the run, and the key that could change
    /// this. Returns nil if the memory is enough.
    ///
    /// The estimate is a lower bound: it counts what coordinator and client processes allocate for
    /// models, gradients and activations. Without this check, a run that is too large would fail in
    /// its middle.
    ///
    /// - Parameter isClient: whether this is a client process. It counts only its own memory,
    ///   because the coordinator may be on another machine.
    func memoryProblem(isClient: Bool) -> (key: String, problem: String)? {
        let limit = MemoryLimit()
        let needs = MemoryNeeds(self)
        if needs.coordinator > limit.bytes, !isClient {
            return (
                "model",
                "expected at most \(limit), found about \(MemoryLimit.text(needs.coordinator)) for"
                    + " \(network.parameterCount) parameters; use a smaller model"
            )
        }
        if needs.trainer > limit.bytes {
            let batch =
                phases.map { LocalTrainer.largestBatch(trainingPlan, $0.holdout.training) }.max()
                ?? 1
            return (
                "training.batch_size",
                "expected at most \(limit), found about \(MemoryLimit.text(needs.trainer)) for the"
                    + " activations of a batch of \(batch); use a smaller batch"
            )
        }
        if isClient { return addressSpaceProblem(needs, isClient: true) }
        if needs.all > limit.bytes {
            return (
                "clients.processes",
                "expected at most \(limit), found about \(MemoryLimit.text(needs.all)) for"
                    + " \(needs.processes) client processes; use fewer, or a smaller model or batch"
            )
        }
        return sharedMemoryProblem(needs) ?? fileSizeProblem(needs)
            ?? addressSpaceProblem(needs, isClient: false)
    }

    /// The bytes of models, batches and shared memory of all processes of the run.
    var neededBytes: Double { MemoryNeeds(self).all }

    /// The number of client states whose vectors stay in memory. The vectors of the others are in a
    /// file. By default, as many as fit in 1 GiB.
    var statesInMemory: Int {
        if let given = scenario.clients.statesInMemory { return given }
        let vectors = trainingPlan.carriedVectors
        guard vectors > 0 else { return .max }
        let (bytes, overflows) = (4 * vectors).multipliedReportingOverflow(
            by: network.parameterCount)
        return overflows ? 1 : max(1, (1 << 30) / max(bytes, 1))
    }

    /// Returns the bytes of all vectors that clients carry over at the end of the run. The new
    /// vectors of one cohort are counted too, since the old ones are kept until the commit.
    ///
    /// - Parameter most: the largest number of clients whose vectors count before the last cohort.
    func carriedBytes(_ plan: LocalTrainingSettings, most: Int = .max) -> Double {
        let cohort = Double(scenario.clients.perRound)
        let carriers = min(
            Double(scenario.clients.count), cohort * Double(scenario.training.rounds),
            Double(most))
        return 4 * (carriers + cohort) * Double(plan.carriedVectors)
            * Double(network.parameterCount)
    }

    /// Returns how the shared block of this run is divided.
    ///
    /// - Parameters:
    ///   - updateSlots: the number of tasks that may be open at once.
    ///   - sumSlots: the number of sums that may be sent at once.
    func sharedLayout(
        _ plan: LocalTrainingSettings, updateSlots: Int, sumSlots: Int
    ) -> SharedLayout {
        // The slots are for the vectors in memory, two cohorts' new ones, and those that are being
        // written.
        let (count, cohort) = (scenario.clients.count, scenario.clients.perRound)
        let slots = min(count, min(count, statesInMemory) + cohort) + cohort + updateSlots
        return SharedLayout(
            parameterCount: network.parameterCount, modelVectors: plan.modelVectors,
            updateSlots: updateSlots, sumSlots: sumSlots, carriedVectors: plan.carriedVectors,
            carriedSlots: plan.carriedVectors > 0 ? slots : 0)
    }

    /// Returns why the machine's total shared memory is too small, or nil if it is enough. The free
    /// part is checked later, when the memory is reserved.
    private func sharedMemoryProblem(_ needs: MemoryNeeds) -> (key: String, problem: String)? {
        guard needs.shared > 0, let folder = PrivateFolder.parents.first,
            let room = FileSystemRoom(of: folder), room.total > 0, needs.shared > room.total
        else { return nil }
        return (
            "clients.transport",
            SharedMemory.problem(needed: needs.shared, found: room.total, in: folder)
        )
    }

    private func fileSizeProblem(_ needs: MemoryNeeds) -> (key: String, problem: String)? {
        let limit = Int(hyperfed_limit(1))
        guard limit >= 0 else { return nil }
        func problem(_ what: String, _ bytes: Int, _ help: String) -> String {
            "expected a limit of at least \(SharedMemory.text(bytes)) for the size of a file, which"
                + " \(what) takes, found \(SharedMemory.text(limit, .down)); raise it with"
                + " 'ulimit -f', or \(help)"
        }
        let model = 4 * network.parameterCount
        if model > limit {
            return ("model", problem("the model", model, "use a smaller model"))
        }
        guard needs.shared > limit else { return nil }
        return (
            "clients.transport",
            problem("the shared memory", needs.shared, "set clients.transport: tcp")
        )
    }

    private func addressSpaceProblem(_ needs: MemoryNeeds, isClient: Bool) -> (
        key: String, problem: String
    )? {
        let limit = Double(hyperfed_limit(0))
        guard limit >= 0 else { return nil }
        let own = isClient ? needs.trainer : max(needs.coordinator, needs.trainer)
        let needed = MemoryNeeds.program(isClient: isClient) + own + Double(needs.sharedAddresses)
        guard needed > limit else { return nil }
        return (
            "model",
            "expected a limit of at least \(MemoryLimit.text(needed)) for the address space of a"
                + " process, found \(MemoryLimit.text(limit)); raise it with 'ulimit -v', or use a"
                + " smaller model or batch"
        )
    }
}

extension JobCount {
    /// Returns why this machine has too little memory for several of these runs at the same time.
    /// The result is nil if the memory is enough for the largest of them.
    static func memoryProblem(of runs: [PreparedRun], jobs: Int) -> String? {
        let limit = MemoryLimit()
        let needs = runs.map { MemoryNeeds($0, jobs: jobs) }
        func largest(_ bytes: (MemoryNeeds) -> Double) -> Double {
            needs.map(bytes).sorted(by: >).prefix(jobs).reduce(0, +)
        }
        let all = largest(\.all)
        if all > limit.bytes {
            return
                "expected at most \(limit), found about \(MemoryLimit.text(all)) for \(jobs) runs"
                + " at a time; use fewer jobs, or a smaller model or batch"
        }
        let shared = largest { Double($0.shared) }
        guard shared > 0, let folder = PrivateFolder.parents.first,
            let room = FileSystemRoom(of: folder), room.total > 0, shared > Double(room.total)
        else { return nil }
        return "expected at most \(SharedMemory.text(room.total, .down)) of shared memory in"
            + " \(folder), found about \(MemoryLimit.text(shared)) for \(jobs) runs at a time; use"
            + " fewer jobs, or clients.transport: tcp"
    }
}

/// The bytes that the processes of a run allocate.
private struct MemoryNeeds {
    /// The bytes of the coordinator.
    let coordinator: Double
    let trainer: Double
    /// The bytes of the shared memory, without what clients carry over; 0 if there is none.
    let shared: Int
    /// The bytes of address space at which a process maps the shared memory, with all carried
    /// vectors.
    let sharedAddresses: Int
    let processes: Int
    var all: Double { coordinator + Double(processes) * trainer + Double(shared) }

    /// - Parameter jobs: how many runs share the cores.
    init(_ run: PreparedRun, jobs: Int = 1) {
        let (scenario, network, plan) = (run.scenario, run.network, run.trainingPlan)
        processes = run.processCount(cores: Simulation.cores, jobs: jobs)
        let parameters = Double(network.parameterCount) * 4
        // The vectors are model, gradient, sum (twice the size), previous aggregate, and the
        // initial and shared copies.
        let carried = run.carriedBytes(plan, most: run.statesInMemory)
        coordinator = parameters * 10 + carried
        // A process has the trainer of one phase at a time.
        let numbers =
            run.phases.map { phase in
                LocalTrainer.numbers(
                    plan, network: network, partition: phase.holdout.training,
                    validation: phase.holdout.validation)
            }.max() ?? 0
        // A model that fits no memory has no shared block. Carried vectors are counted above.
        let layout = run.sharedLayout(
            plan, updateSlots: run.updateSlots(processes: processes),
            sumSlots: run.sumSlots(processes: processes))
        let isShared = scenario.clients.transport == .ipc && parameters < 0x1p38
        shared = isShared ? layout.fixedBytes ?? .max : 0
        sharedAddresses = isShared ? layout.allBytes ?? .max : 0
        // A sum has an update and elements of twice its size. Without a sum, the update counts if
        // it is not in the shared block.
        let sum = run.sumsUpdates(processes: processes) ? 3 * parameters : 0
        trainer = 4 * Double(numbers) + max(sum, shared > 0 ? 0 : parameters)
    }

    /// Returns the bytes of the program apart from models. They are libraries and data that are
    /// mapped now. A coordinator also needs stacks for the two threads of ZeroMQ, messages and
    /// tables. A client process has these stacks already.
    static func program(isClient: Bool) -> Double {
        let text = (try? Files.read("/proc/self/statm")) ?? ""
        let pages = Double(text.prefix { $0.isNumber }) ?? 0
        let stack = Double(hyperfed_limit(2))
        let mapped = pages * Double(sysconf(Int32(_SC_PAGESIZE)))
        return isClient ? mapped : mapped + 2 * (stack < 0 ? 0x1p21 : stack) + 24e6
    }
}

/// The memory that the processes of a run may use together.
private struct MemoryLimit: CustomStringConvertible {
    let bytes: Double
    private let isGroup: Bool

    init() {
        let machine = Double(sysconf(Int32(_SC_PHYS_PAGES))) * Double(sysconf(Int32(_SC_PAGESIZE)))
        let group = ControlGroup.memoryLimit() ?? .infinity
        (bytes, isGroup) = (min(machine, group), group < machine)
    }

    /// The limit as text, such as "24 GB of memory (this machine)".
    var description: String {
        "\(Self.text(bytes)) of memory "
            + (isGroup ? "(the control group of this program)" : "(this machine)")
    }

    static func text(_ bytes: Double) -> String {
        if bytes >= 1e18 { return "more than a billion GB" }
        return bytes < 10e9
            ? SharedMemory.text(Int(bytes)) : "\(Int((bytes / 1e9).rounded())) GB"
    }
}
