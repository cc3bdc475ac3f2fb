import Bytes
package import Federation
import LinearAlgebra
import Messaging
import Models

/// Sums of updates, and the memory of what was added.
extension RealWorld {
    /// Whether this run has started the client processes, itself or by a launcher. Processes that
    /// others have started send each update by itself, so that its norm can be checked.
    package var sumsUpdates: Bool { isLaunching || group != nil }

    package mutating func collect(round: UInt32, from process: ProcessID) throws {
        guard let peer = peers.connection(of: process) else { return }
        // If no slot is free (over tcp, or with many processes), the sum arrives in a message.
        let slot = run.sumSlots.reserve(for: process)
        owe(.sum(round: round), slot, by: process)
        let message = Message.Collect(
            run: run.number, round: round, sharedSlot: Int32(slot ?? -1))
        try send(MessageCodec.encode(.collect(message)), nil, to: peer)
    }

    package mutating func release(_ body: UpdateBody, from process: ProcessID) {
        switch body {
        case .shared(_, let slot): run.slots.release(slot, from: process)
        case .sharedSum(_, let slot): run.sumSlots.release(slot, from: process)
        case .received, .sent, .inSum: break
        }
    }

    mutating func handle(
        _ sum: Message.Sum, _ message: Message, _ bodies: [Frame], from process: ProcessID
    ) {
        guard isCurrent(sum.run, "a sum of updates", process) else { return }
        let task = sum.report.task
        let count = run.prepared.network.parameterCount
        guard sum.parameterCount == UInt64(count) else {
            return fault(
                task, "expected a sum of \(count) parameters, found \(sum.parameterCount)",
                from: process)
        }
        let words: UpdateBody
        if sum.sharedSlot >= 0 {
            let slot = Int(sum.sharedSlot)
            guard let block = run.block, run.sumSlots.isOwned(slot, by: process) else {
                return fault(
                    task, "expected the sum in its own slot, found slot \(slot)", from: process)
            }
            words = .sharedSum(block, slot: slot)
        } else {
            guard let body = bodies.first else {
                return fault(task, "expected a sum, found none", from: process)
            }
            words = .received(body)
        }
        do throws(MessageError) {
            if case .received(let body) = words {
                try body.withFloats { words throws(MessageError) in
                    try message.checkFloats(words)
                    guard ExactSum.isPacked(words, elements: count) else {
                        throw .malformed(
                            .sum, .invalid("expected a packed sum of \(count) elements, found none")
                        )
                    }
                }
            }
            settle(task, answeredIn: sum.sharedSlot, isReport: true, by: process)
            happenings.append(.summed(sum.report, words, from: process))
        } catch {
            fault(task, "expected an undamaged sum, found an error (\(error))", from: process)
        }
    }
}
