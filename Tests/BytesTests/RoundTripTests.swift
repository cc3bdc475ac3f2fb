import Bytes
import Testing

@Suite struct `Bytes go there and back` {
    @Test func `integers of every width, least significant byte first`() throws {
        var writer = ByteWriter()
        writer.write(UInt8(0xFE))
        writer.write(Int8(-2))
        writer.write(UInt16(0x0102))
        writer.write(Int32(-3))
        writer.write(UInt64.max - 1)
        writer.write(Int64.min)
        #expect(writer.bytes.prefix(4) == [0xFE, 0xFE, 0x02, 0x01])
        #expect(writer.bytes.count == 1 + 1 + 2 + 4 + 8 + 8)

        var reader = ByteReader(writer.bytes)
        #expect(try reader.integer(UInt8.self) == 0xFE)
        #expect(try reader.integer(Int8.self) == -2)
        #expect(try reader.integer(UInt16.self) == 0x0102)
        #expect(try reader.integer(Int32.self) == -3)
        #expect(try reader.integer(UInt64.self) == UInt64.max - 1)
        #expect(try reader.integer(Int64.self) == Int64.min)
        try reader.end()
    }

    @Test(
        arguments: [
            0x0000_0000_0000_0000, 0x8000_0000_0000_0000, 0x7FF0_0000_0000_0000,
            0xFFF0_0000_0000_0000,
            0x7FF8_0000_0000_0000, 0x7FF8_0000_0000_BEEF, 0x7FF0_0000_0000_0001,
            0xFFF4_DEAD_BEEF_0001,
            0x0000_0000_0000_0001, 0x3FF0_0000_0000_0001,
        ] as [UInt64])
    func `a double keeps all its bits, also those of a NaN`(bits: UInt64) throws {
        let value = Double(bitPattern: bits)
        var writer = ByteWriter()
        writer.write(value)
        writer.write(Optional(value))
        writer.write([value, value])
        var reader = ByteReader(writer.bytes)
        #expect(try reader.double().bitPattern == bits)
        #expect(try reader.optionalDouble()?.bitPattern == bits)
        #expect(try reader.doubleList().map(\.bitPattern) == [bits, bits])
        try reader.end()
    }

    @Test(arguments: [0, 0x8000_0000, 0x7F80_0000, 0x7FC0_1234, 0x7F80_0001, 1] as [UInt32])
    func `a float keeps all its bits, also those of a NaN`(bits: UInt32) throws {
        var writer = ByteWriter()
        writer.write(Float(bitPattern: bits))
        var reader = ByteReader(writer.bytes)
        #expect(try reader.float().bitPattern == bits)
        try reader.end()
    }

    @Test(arguments: ["", "fedhyper_g", "κ ≤ 1, ⟨g, Δ⟩", "\0\n\"", "👩🏽‍🔬 e\u{301}"])
    func `texts`(text: String) throws {
        var writer = ByteWriter()
        writer.write(text)
        #expect(writer.bytes.count == 4 + text.utf8.count)
        var reader = ByteReader(writer.bytes)
        // Compared by bytes: strings that look alike are equal to Swift.
        #expect(Array(try reader.text().utf8) == Array(text.utf8))
        try reader.end()
    }

    @Test func `lists, flags and what is absent`() throws {
        var writer = ByteWriter()
        writer.write([UInt8]())
        writer.write([UInt8]([1, 2, 3]))
        writer.write([Double]())
        writer.write(true)
        writer.write(false)
        writer.write(nil as Double?)
        writer.writeRaw([9, 8])
        #expect(
            writer.bytes == [0, 0, 0, 0, 3, 0, 0, 0, 1, 2, 3, 0, 0, 0, 0, 1, 0, 0, 9, 8])
        var reader = ByteReader(writer.bytes)
        #expect(try reader.byteList() == [])
        #expect(try reader.byteList() == [1, 2, 3])
        #expect(try reader.doubleList() == [])
        #expect(try reader.flag())
        #expect(try !reader.flag())
        #expect(try reader.optionalDouble() == nil)
        #expect(reader.left == 2)
        #expect(try reader.raw(2) == [9, 8])
        try reader.end()
    }

    /// No list of 4 GiB is made here: counts are what could not be written.
    @Test(
        arguments: [
            0, 1, 255, Int(UInt32.max) - 1, Int(UInt32.max), Int(UInt32.max) + 1, 1 << 40, .max,
        ])
    func `no count is too large to be written`(count: Int) throws {
        var writer = ByteWriter()
        writer.write(count: count)
        let isLong = count >= Int(UInt32.max)
        #expect(writer.bytes.count == (isLong ? 12 : 4))
        var reader = ByteReader(writer.bytes)
        // So many bytes are not there, and nothing of that size is asked for.
        if count > 0 {
            #expect(throws: BytesError.truncated(needed: count, left: 0)) {
                try reader.byteList()
            }
            var numbers = ByteReader(writer.bytes)
            #expect(throws: BytesError.self) { try numbers.doubleList() }
        } else {
            #expect(try reader.byteList() == [])
        }
    }

    @Test func `a count has one form only`() throws {
        var writer = ByteWriter()
        writer.write(UInt32.max)
        writer.write(UInt64(3))
        writer.writeRaw([1, 2, 3])
        var reader = ByteReader(writer.bytes)
        #expect(
            throws: BytesError.invalid(
                "expected a count of at least 4294967295 in 64 bits, found 3")
        ) { try reader.byteList() }
    }

    @Test func `what never changes saves nothing`() throws {
        struct Still: Saved {}
        var still = Still()
        #expect(still.savedBytes.isEmpty)
        try still.restore([])
        #expect(throws: BytesError.surplus(1)) { try still.restore([0]) }
    }
}
