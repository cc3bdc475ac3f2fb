import Bytes
import Federation
import Messaging
import Testing

@Suite struct `Messages as bytes` {
    @Test func `there is a sample of every message`() {
        #expect(Set(MessageSample.all.map(\.message.kind)) == Set(MessageKind.allCases))
    }

    @Test(arguments: MessageSample.all)
    func `the bytes are those of the protocol`(sample: MessageSample) {
        #expect(hexadecimal(MessageCodec.encode(sample.message)) == sample.hex)
    }

    @Test(arguments: MessageSample.all)
    func `a message comes back as it was`(sample: MessageSample) throws {
        let header = MessageCodec.encode(sample.message)
        let decoded = try MessageCodec.decode(header, bodies: sample.bodies)
        #expect(decoded == sample.message)
    }

    @Test(arguments: MessageSample.all)
    func `every truncation is refused`(sample: MessageSample) {
        let header = MessageCodec.encode(sample.message)
        for count in 0..<header.count {
            #expect(throws: MessageError.self, "\(count) of \(header.count) bytes") {
                try MessageCodec.decode(Array(header.prefix(count)), bodies: sample.bodies)
            }
        }
    }

    @Test(arguments: MessageSample.all)
    func `surplus bytes are refused`(sample: MessageSample) {
        let header = MessageCodec.encode(sample.message) + [0]
        #expect(throws: MessageError.malformed(sample.message.kind, .surplus(1))) {
            try MessageCodec.decode(header, bodies: sample.bodies)
        }
    }

    @Test(arguments: MessageSample.all)
    func `a flipped bit gives an error or another message`(sample: MessageSample) {
        // Whatever is accepted must mean exactly its bytes: written again it gives them again.
        let header = MessageCodec.encode(sample.message)
        for bit in 0..<header.count * 8 {
            var flipped = header
            flipped[bit / 8] ^= 1 << UInt8(bit % 8)
            let isVersionOfRefusal = sample.message.kind == .refuse && (4...5).contains(bit / 8)
            for bodies in [[], sample.bodies, [20], [40], [20, 40]] {
                let decoded = try? MessageCodec.decode(flipped, bodies: bodies)
                guard let decoded, !isVersionOfRefusal else { continue }
                #expect(MessageCodec.encode(decoded) == flipped, "bit \(bit)")
            }
        }
    }

    @Test func `random bytes behind a good prefix never trap`() {
        // A generator of its own, for the test to be the same each time: an LCG from 1.
        var state: UInt64 = 1
        func byte() -> UInt8 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return UInt8(truncatingIfNeeded: state >> 56)
        }
        for _ in 0..<20_000 {
            var header = prefix(byte() % 16)
            for _ in 0..<Int(byte() % 160) { header.append(byte() < 128 ? 0 : byte()) }
            guard let decoded = try? MessageCodec.decode(header) else { continue }
            #expect(MessageCodec.encode(decoded) == header)
        }
    }
}
