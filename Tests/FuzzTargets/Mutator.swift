import RandomStreams

/// Makes mutated inputs from good ones. The same seed gives the same inputs.
package struct Mutator: ~Copyable {
    private let target: FuzzTarget
    private var stream: RandomStream
    // Accepted inputs that were made so far: changes of them go deeper.
    private var accepted: [[UInt8]] = []

    private static let longest = 1 << 16
    private static let mostAccepted = 64
    private static let numbers: [UInt64] = [
        0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF,
        0x7FF0_0000_0000_0000, 0x7FFF_FFFF_FFFF_FFFF, 0x8000_0000_0000_0000, .max,
    ]

    package init(_ target: FuzzTarget, seed: UInt64) {
        self.target = target
        stream = RandomKey(seed: seed, .faults).stream()
    }

    /// Keeps an input that the reader accepted.
    package mutating func keep(_ input: [UInt8]) {
        if accepted.count < Self.mostAccepted {
            accepted.append(input)
        } else {
            accepted[stream.below(accepted.count)] = input
        }
    }

    /// Returns the next input: a good one with one to six changes.
    package mutating func next() -> [UInt8] {
        var input = base()
        for _ in 0...stream.below(6) { change(&input) }
        return Array(input.prefix(Self.longest))
    }

    private mutating func base() -> [UInt8] {
        if !accepted.isEmpty, stream.below(2) == 0 {
            return accepted[stream.below(accepted.count)]
        }
        return target.seeds[stream.below(target.seeds.count)]
    }

    private mutating func change(_ input: inout [UInt8]) {
        let place = stream.below(input.count + 1)
        let end = min(input.count, place + 1 + stream.below(16))
        switch stream.below(target.words.isEmpty ? 8 : 10) {
        case 0 where place < input.count: input[place] ^= 1 << UInt8(stream.below(8))
        case 1 where place < input.count: input[place] = UInt8(stream.below(256))
        case 2: input.removeSubrange(place..<end)
        case 3: input.insert(contentsOf: input[place..<end], at: place)
        case 4: input.removeSubrange(place...)
        case 5:
            let number = Self.numbers[stream.below(Self.numbers.count)]
            let size = 1 << stream.below(4)
            let isLittle = stream.below(4) > 0
            for index in 0..<size where place + index < input.count {
                let shift = 8 * (isLittle ? index : size - 1 - index)
                input[place + index] = UInt8(truncatingIfNeeded: number >> UInt64(shift))
            }
        case 6:
            let other = base()
            input.replaceSubrange(place..., with: other[stream.below(other.count + 1)...])
        case 7: input.insert(UInt8(stream.below(256)), at: place)
        default:
            guard !target.words.isEmpty else { return }
            let word = Array(target.words[stream.below(target.words.count)].utf8)
            if stream.below(2) == 0 {
                input.insert(contentsOf: word, at: place)
            } else {
                input.replaceSubrange(place..<end, with: word)
            }
        }
    }
}
