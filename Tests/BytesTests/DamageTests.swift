import Bytes
import Testing

/// Every kind of field once.
private struct Sample: Equatable {
    var number: UInt32 = 7
    var real = -0.5
    var short: Float = 1.5
    var isOn = true
    var absent: Double?
    var present: Double? = 2.25
    var text = "Δ"
    var bytes: [UInt8] = [1, 2, 3]
    var reals = [1.0, 2.0]

    var encoded: [UInt8] {
        var writer = ByteWriter()
        writer.write(number)
        writer.write(real)
        writer.write(short)
        writer.write(isOn)
        writer.write(absent)
        writer.write(present)
        writer.write(text)
        writer.write(bytes)
        writer.write(reals)
        return writer.bytes
    }

    init() {}

    init(_ bytes: [UInt8]) throws(BytesError) {
        var reader = ByteReader(bytes)
        number = try reader.integer()
        real = try reader.double()
        short = try reader.float()
        isOn = try reader.flag()
        absent = try reader.optionalDouble()
        present = try reader.optionalDouble()
        text = try reader.text()
        self.bytes = try reader.byteList()
        reals = try reader.doubleList()
        try reader.end()
    }
}

@Suite struct `Damaged bytes` {
    @Test func `an undamaged sample reads back`() throws {
        #expect(try Sample(Sample().encoded) == Sample())
    }

    @Test func `every truncation is an error`() {
        let bytes = Sample().encoded
        for count in 0..<bytes.count {
            do {
                _ = try Sample(Array(bytes.prefix(count)))
                Issue.record("\(count) of \(bytes.count) bytes were enough")
            } catch {
                guard case .truncated(let needed, let left) = error else {
                    Issue.record("\(count) bytes: \(error)")
                    continue
                }
                #expect(needed > left && left >= 0 && left <= count, "\(count) bytes")
            }
        }
    }

    @Test func `bytes after the end are counted`() {
        #expect(throws: BytesError.surplus(2)) { try Sample(Sample().encoded + [0, 0]) }
        #expect(throws: Never.self) { try ByteReader([]).end() }
    }

    @Test func `no flipped bit makes it trap`() {
        let bytes = Sample().encoded
        for bit in 0..<bytes.count * 8 {
            var damaged = bytes
            damaged[bit / 8] ^= 1 << UInt8(bit % 8)
            // An error, or another value; never the same one.
            if let read = try? Sample(damaged) { #expect(read != Sample(), "bit \(bit)") }
        }
    }

    @Test(arguments: [1, 2, 1 << 16, 1 << 31, UInt32.max])
    func `a list that claims more than there is makes nothing`(count: UInt32) {
        // Four billion numbers would be 32 GiB: reserving them would end the test process.
        var writer = ByteWriter()
        writer.write(count)
        let bytes = writer.bytes
        // The largest says that the true count follows in 64 bits.
        let isLong = count == .max
        let wide = isLong ? 8 : Int(count)
        #expect(throws: BytesError.truncated(needed: isLong ? 8 : wide * 8, left: 0)) {
            var reader = ByteReader(bytes)
            _ = try reader.doubleList()
        }
        #expect(throws: BytesError.truncated(needed: wide, left: 0)) {
            var reader = ByteReader(bytes)
            _ = try reader.byteList()
        }
        #expect(throws: BytesError.truncated(needed: wide, left: 0)) {
            var reader = ByteReader(bytes)
            _ = try reader.text()
        }
    }

    @Test func `nine numbers do not fit where eight are left`() {
        var writer = ByteWriter()
        writer.write(UInt32(9))
        writer.writeRaw([UInt8](repeating: 0, count: 64))
        var reader = ByteReader(writer.bytes)
        #expect(throws: BytesError.truncated(needed: 72, left: 64)) { _ = try reader.doubleList() }
    }

    @Test func `a negative count of raw bytes is an error`() {
        var reader = ByteReader([1, 2])
        #expect(throws: BytesError.truncated(needed: -1, left: 2)) { _ = try reader.raw(-1) }
        #expect(reader.left == 2)
    }

    @Test func `a failed read takes nothing`() throws {
        var reader = ByteReader([1, 2, 3])
        #expect(throws: BytesError.truncated(needed: 4, left: 3)) {
            _ = try reader.integer(UInt32.self)
        }
        #expect(try reader.raw(3) == [1, 2, 3])
    }

    @Test(arguments: [2, 3, 128, 255] as [UInt8])
    func `a flag is 0 or 1`(byte: UInt8) {
        let expected = BytesError.invalid("expected 0 or 1 for a flag, found \(byte)")
        #expect(throws: expected) {
            var reader = ByteReader([byte])
            _ = try reader.flag()
        }
        #expect(throws: expected) {
            var reader = ByteReader([byte, 0, 0, 0, 0, 0, 0, 0, 0])
            _ = try reader.optionalDouble()
        }
    }

    // A lone continuation, an overlong slash, a surrogate half, a cut character.
    @Test(arguments: [[0x80], [0xC0, 0xAF], [0xED, 0xA0, 0x80], [0xCE]] as [[UInt8]])
    func `text that is not UTF-8 is refused`(text: [UInt8]) {
        var writer = ByteWriter()
        writer.write(text)
        let bytes = writer.bytes
        #expect(throws: BytesError.invalid("expected text in UTF-8, found other bytes")) {
            var reader = ByteReader(bytes)
            _ = try reader.text()
        }
    }

    @Test func `errors are sentences`() {
        #expect(
            BytesError.truncated(needed: 8, left: 3).description == "expected 8 more bytes, found 3"
        )
        #expect(BytesError.surplus(2).description == "expected no more bytes, found 2")
        #expect(BytesError.invalid("a bad flag").description == "a bad flag")
    }
}
