import Bytes
import Federation
import Messaging
import Simulation

/// A run state as bytes of its own, with the vectors of clients inside: without files.
extension RunState {
    func sealed() -> [UInt8] {
        var writer = ByteWriter()
        save(to: &writer) { _, own, writer in
            own.vectors?.withFloats { span in
                writer.write(count: span.count)
                for index in span.indices { writer.write(span[index]) }
            }
        }
        return writer.bytes
    }

    mutating func restore(sealed bytes: [UInt8]) throws {
        var reader = ByteReader(bytes)
        try restore(from: &reader) { _, _, reader throws(BytesError) in
            var floats: [Float] = []
            for _ in 0..<(try reader.count(size: 4)) { floats.append(try reader.float()) }
            return .sent(
                SharedFrame(count: floats.count) { span in
                    for index in span.indices { span[index] = floats[index] }
                })
        }
        try reader.end()
    }
}
