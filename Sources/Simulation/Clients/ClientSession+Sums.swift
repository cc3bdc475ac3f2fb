import Federation
import LinearAlgebra
package import Messaging

/// Updates that stay in the process until its sum of the round is asked for.
extension ClientSession {
    /// Trains a client and adds its update to the sum of the round.
    mutating func performInSum(
        _ task: ClientTask, weight: UInt32, _ places: TaskPlaces, _ model: HeldModel,
        _ carried: CarriedSource, _ progressed: () -> Void
    ) throws(TaskFailure) -> TaskPlaces.Written {
        if sum == nil, let prepared { sum = LocalSum(prepared) }
        sum?.begin(task.round)
        return try Self.train(
            &trainer, sum, task, weight: weight, places, model, carried, progressed)
    }

    private static func train(
        _ trainer: inout LocalTrainer?, _ sum: LocalSum?, _ task: ClientTask,
        weight: UInt32, _ places: TaskPlaces, _ model: HeldModel, _ carried: CarriedSource,
        _ progressed: () -> Void
    ) throws(TaskFailure) -> TaskPlaces.Written {
        guard let sum else {
            throw .broken(
                TaskFault(task.assignment, "expected a welcome before the task, found none"))
        }
        let written = try places.write(into: &sum.summand) { update, next throws(TaskFailure) in
            try train(&trainer, task, model, carried, into: &update, carrying: &next, progressed)
        }
        do throws(ExactSum.OutOfGrid) {
            try sum.add(written.report, weight: weight, localRate: task.localRate)
        } catch {
            // The update has only finite numbers, so the rate is the cause, unless the weight is.
            throw error.elements > 0
                ? .diverged(ClientFailure(written.report, "\(error)"))
                : .broken(TaskFault(task.assignment, "\(error)"))
        }
        return written
    }

    /// Returns the sum of a round.
    package func perform(_ message: Message.Collect) -> Reply {
        guard message.run == run, let sum, sum.round == message.round else {
            return fault(
                .sum(round: message.round), "expected updates of this round in the sum, found none")
        }
        let slot = Int(message.sharedSlot)
        var reply = Message.Sum(
            run: run, report: sum.report, sharedSlot: -1, parameterCount: UInt64(parameterCount),
            wordCount: 0, checksum: 0)
        if let shared, shared.hasSumSlot(slot) {
            shared.withMutableSum(slot) { sum.write(words: &$0) }
            reply.sharedSlot = message.sharedSlot
            return Reply(.sum(reply))
        }
        let frame = sum.packed
        (reply.wordCount, reply.checksum) = (UInt64(frame.count), frame.checksum)
        return Reply(.sum(reply), floats: frame, carried: nil)
    }
}
