public import Bytes
import Federation

extension RunSummary: Saved {
    /// Appends all numbers; metric and target come from the scenario.
    public func save(to writer: inout ByteWriter) {
        writer.write(UInt64(rounds))
        writer.write(UInt64(voidRounds))
        writer.write(UInt64(bytesUp))
        writer.write(UInt64(bytesDown))
        writer.write(UInt64(clientSteps))
        writer.write(UInt64(clientBoundHits))
        writer.write(UInt64(serverBoundHits))
        writer.write(fairness != nil)
        fairness?.save(to: &writer)
        writer.write(seconds)
        writer.write(simulatedSeconds)
        writer.write(finalValue)
        writer.write(bestValue)
        writer.write(finalLoss)
        writer.write(roundsToTarget != nil)
        if let roundsToTarget { writer.write(UInt64(roundsToTarget)) }
        writer.write(bytesToTarget != nil)
        if let bytesToTarget { writer.write(UInt64(bytesToTarget)) }
        writer.write(lastGlobalRate)
        writer.write(lastLocalRate)
        for count in dropCounts { writer.write(UInt64(count)) }
        writer.write(count: evaluations.count)
        for evaluation in evaluations {
            writer.write(UInt64(evaluation.round))
            writer.write(evaluation.value)
            writer.write(UInt64(evaluation.bytes))
            writer.write(evaluation.simulatedSeconds)
        }
    }

    /// Reads all numbers back.
    public mutating func restore(from reader: inout ByteReader) throws(BytesError) {
        rounds = try Self.count(from: &reader)
        voidRounds = try Self.count(from: &reader)
        bytesUp = try Self.count(from: &reader)
        bytesDown = try Self.count(from: &reader)
        clientSteps = try Self.count(from: &reader)
        clientBoundHits = try Self.count(from: &reader)
        serverBoundHits = try Self.count(from: &reader)
        fairness = try reader.flag() ? try ClientFairness(from: &reader) : nil
        seconds = try reader.double()
        simulatedSeconds = try reader.optionalDouble()
        finalValue = try reader.optionalDouble()
        bestValue = try reader.optionalDouble()
        finalLoss = try reader.optionalDouble()
        roundsToTarget = try reader.flag() ? try Self.count(from: &reader) : nil
        bytesToTarget = try reader.flag() ? try Self.count(from: &reader) : nil
        lastGlobalRate = try reader.optionalDouble()
        lastLocalRate = try reader.optionalDouble()
        for index in dropCounts.indices { dropCounts[index] = try Self.count(from: &reader) }
        let count = try reader.count(size: 25)
        evaluations = []
        for _ in 0..<count {
            evaluations.append(
                Evaluation(
                    round: try Self.count(from: &reader), value: try reader.double(),
                    bytes: try Self.count(from: &reader),
                    simulatedSeconds: try reader.optionalDouble()))
        }
    }

    /// A count that leaves room for more: sums of counts then stay below the largest integer.
    static func count(from reader: inout ByteReader) throws(BytesError) -> Int {
        let count = try reader.integer(UInt64.self)
        guard count <= UInt64(Int.max / 4) else {
            throw .invalid("expected a count of at most \(Int.max / 4), found \(count)")
        }
        return Int(count)
    }
}
