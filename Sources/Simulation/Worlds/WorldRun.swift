import Federation
import Messaging
import Models
import Scenarios

/// The part of a world that belongs to one run: its scenario, its number, and the memory that its
/// processes share.
struct WorldRun {
    let prepared: PreparedRun
    /// The random number that names the run in all its messages.
    let number = UInt64.random(in: 1...UInt64.max)
    let identity: RunIdentity
    /// The block that contains the floats on one machine; nil over tcp.
    private(set) var block: SharedBlock?
    /// The update slots of the block that are free.
    var slots: UpdateSlots
    /// The slots for sums of the block that are free.
    var sumSlots: UpdateSlots
    /// The slots for the vectors that clients carry over. It is nil over tcp or without such
    /// vectors.
    var carriedSlots: CarriedSlots?
    /// The largest number of vectors that a client carries over.
    let mostCarried: Int
    /// The global model that tasks start from.
    private var model: OutgoingModel?
    /// The versions that tasks start from by their number.
    private var versions = OutgoingVersions()

    /// - Parameters:
    ///   - folder: the folder of a new block; nil over tcp.
    ///   - old: the block of an earlier run that no process writes to any more. It is used again if
    ///     it has the same layout.
    init(
        _ prepared: PreparedRun, processes: Int, in folder: String?,
        reusing old: consuming SharedBlock? = nil
    ) throws {
        let plan = prepared.trainingPlan
        let slotCount = prepared.updateSlots(processes: processes)
        let sumCount = prepared.sumSlots(processes: processes)
        let layout = prepared.sharedLayout(plan, updateSlots: slotCount, sumSlots: sumCount)
        var block: SharedBlock?
        if let folder {
            if old?.layout != layout {
                // Its memory must be free before the new block is made.
                old = nil
                old = try SharedBlock(creating: "\(folder)/block-\(number)", layout)
            }
            block = old
        }
        self.prepared = prepared
        identity = RunIdentity(prepared)
        slots = UpdateSlots(count: block == nil ? 0 : slotCount)
        sumSlots = UpdateSlots(count: block == nil ? 0 : sumCount)
        carriedSlots = plan.carriedVectors > 0 ? block.map { CarriedSlots(in: $0) } : nil
        mostCarried = plan.carriedVectors
        self.block = block
    }

    mutating func setModel(
        version: UInt32, parts: ModelParts, _ fill: (inout MutableSpan<Float>) -> Void
    ) {
        model = OutgoingModel(
            run: number, version: version, parts: parts,
            parameterCount: prepared.network.parameterCount, in: block, fill)
    }

    mutating func setVersions(_ versions: [ModelVersion]) {
        self.versions.set(
            versions, run: number, parameterCount: prepared.network.parameterCount)
    }

    /// Returns the model of a version that was set, or the global model for nil.
    func model(_ version: UInt32?) -> OutgoingModel? {
        version.map { versions[$0] } ?? model
    }

    /// Gives the memory back at the end of the run.
    ///
    /// - Returns: the block, unless a process can still write to one of its slots.
    mutating func giveBack() -> SharedBlock? {
        let result = slots.areFree && sumSlots.areFree ? block : nil
        (block, carriedSlots, model) = (nil, nil, nil)
        versions = OutgoingVersions()
        return result
    }

    /// Returns the welcome of a process to this run.
    func welcome(_ process: ProcessID) -> Message.Welcome {
        Message.Welcome(
            run: number, process: process, programVersion: identity.program,
            scenario: prepared.resolved, dataKey: prepared.dataKey,
            partitionKey: prepared.partitionKey, sharedBlock: block?.path ?? "",
            parameterCount: UInt64(prepared.network.parameterCount))
    }
}

extension PreparedRun {
    /// The largest number of bytes that a part of a message of this run can have. A body contains
    /// an update, a sum of updates or the vectors that a client carries over.
    var largestFrameBytes: Int64 {
        let (floats, overflows) = network.parameterCount.multipliedReportingOverflow(
            by: 4 * max(3, trainingPlan.carriedVectors))
        return overflows ? .max : Int64(clamping: floats + (1 << 20))
    }
}
