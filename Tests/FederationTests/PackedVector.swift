import Federation
import RandomStreams

/// A compression as a scenario names it; all kinds but `none`.
func compression(_ yaml: String) throws -> any Compression {
    struct IsNone: Error {}
    guard let made = try component(yaml, from: updateCompressions) else { throw IsNone() }
    return made
}

/// A vector that was packed and unpacked, with memory whose content must not matter.
struct PackedVector {
    let bytes: [UInt8]
    let arrives: [Float]

    init(_ x: [Float], _ compression: any Compression, _ key: RandomKey) {
        var bytes = [UInt8](repeating: 0xA5, count: compression.packedBytes(x.count))
        var work = [UInt64](
            repeating: 0x5A5A_5A5A_5A5A_5A5A, count: compression.workWords(x.count))
        var arrives = [Float](repeating: .nan, count: x.count)
        var byteSpan = bytes.mutableSpan
        var workSpan = work.mutableSpan
        compression.pack(x.span, key: key, into: &byteSpan, &workSpan)
        // The receiver has the bytes, and no memory of the sender.
        var other = [UInt64](repeating: 7, count: work.count)
        var otherSpan = other.mutableSpan
        var arrivesSpan = arrives.mutableSpan
        compression.unpack(byteSpan.span, into: &arrivesSpan, &otherSpan)
        (self.bytes, self.arrives) = (bytes, arrives)
    }
}
