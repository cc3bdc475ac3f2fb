import LinearAlgebra
import Messaging

extension FuzzTarget {
    /// Headers of messages. The first byte says how many bytes the bodies have.
    static func messages() -> FuzzTarget {
        FuzzTarget("messages", seeds: messageSeeds) { input in
            guard let choice = input.first else { return }
            let header = Array(input.dropFirst())
            let bodies = [[], [20], [40], [20, 40], [.max], [0], [4]][Int(choice % 7)]
            let message = try MessageCodec.decode(header, bodies: bodies)
            // Whatever is accepted means exactly its bytes. A refusal is read from any version.
            if case .refuse = message { return }
            precondition(MessageCodec.encode(message) == header, "\(message) has other bytes")
        }
    }

    /// Packed sums of 700 elements. What is accepted and added twice gives twice its integers.
    static func sums() -> FuzzTarget {
        FuzzTarget("sums", seeds: sumSeeds) { input in
            let words = [Float](unsafeUninitializedCapacity: input.count / 4) { floats, count in
                count = input.count / 4
                UnsafeMutableRawBufferPointer(floats).copyBytes(from: input.prefix(4 * count))
            }
            var sum = emptySum
            try sum.add(packed: words.span, weight: 10, norm: 1000)
            let once = integers(sum)
            precondition(once.allSatisfy { abs($0) < 1 << 62 }, "an element beyond the limit")
            try sum.add(packed: words.span, weight: 10, norm: 1000)
            precondition(integers(sum) == once.map { 2 * $0 }, "another sum")
        }
    }

    private static let elements = 700

    private static var emptySum: ExactSum {
        ExactSum(parameters: elements, largestWeight: 10, largestTotal: 100)
    }

    private static func integers(_ sum: borrowing ExactSum) -> [Int64] {
        var words = [Float](repeating: 0, count: 2 * elements)
        var span = words.mutableSpan
        sum.write(words: &span)
        return words.withUnsafeBytes { Array($0.bindMemory(to: Int64.self)) }
    }

    /// Sums whose blocks have widths from 0 to 6 bytes.
    private static var sumSeeds: [[UInt8]] {
        [Float(0), 1e-8, 1e-3, 0.5].compactMap { size -> [UInt8]? in
            var sum = emptySum
            let update = (0..<elements).map { index -> Float in
                Float(index % 7 - 3) * (index < 300 ? size : size / 4096)
            }
            guard (try? sum.add(update.span, weight: 10)) != nil else { return nil }
            var words = [Float](
                repeating: 0, count: ExactSum.mostPackedWords(elements: elements))
            var span = words.mutableSpan
            let count = sum.write(packed: &span)
            return words[..<count].withUnsafeBytes { Array($0) }
        }
    }

    /// For each kind the shortest message of zeros or ones, of any layout.
    private static var messageSeeds: [[UInt8]] {
        MessageKind.allCases.flatMap { kind in
            let version = MessageCodec.protocolVersion
            let prefix =
                MessageCodec.magic
                + [UInt8(truncatingIfNeeded: version), UInt8(truncatingIfNeeded: version >> 8)]
                + [kind.rawValue, 0]
            let found = [UInt8(0), 1].compactMap { fill -> [UInt8]? in
                (0..<2_000).lazy.map { prefix + [UInt8](repeating: fill, count: $0) }.first {
                    (try? MessageCodec.decode($0)) != nil
                }
            }
            let longer = prefix + [UInt8](repeating: 0, count: 200)
            return (found + [longer]).map { [0] + $0 }
        }
    }
}
