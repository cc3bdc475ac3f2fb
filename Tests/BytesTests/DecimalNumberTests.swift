import Bytes
import Testing

@Suite("Decimal numbers")
struct DecimalNumberTests {
    @Test(arguments: [
        "0", "-0.0", "1", "0.1", "123456.789", "9007199254740993", "0.30000000000000004",
        "1.7976931348623157e308", "5e-324", "2.220446049250313e-16", "0.0000000000000000000001",
        "inf", "-inf", "1e5", "99999999999999999999", "0.1234567890123456789",
        "1.7320508075688772e-05", "9007199254740993e-1", "9.007199254740993", "1e-27",
        "18446744073709551615", "9999999999999999999e-27", "-4.9406564584124654e-10", "1E-5",
        "1.e-5", ".5", "0.00e-7", "1e-28", "00000000000000000000000.5",
    ])
    func `a number is the closest one`(_ text: String) {
        #expect(read(text) == Double(text))
    }

    @Test func `random numbers keep their bits, shortest and halfway between two`() {
        var state: UInt64 = 1
        func bits() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state ^ state >> 33
        }
        for index in 0..<20_000 {
            // From 1e-27 to 1e19, the numbers that are not left to the standard library.
            let exponent = UInt64(933 + index % 153)
            let value = Double(bitPattern: bits() >> 12 | exponent << 52)
            let digits = String(bits() % 10_000_000_000_000_000_000)
            let text = "0." + digits
            for cell in ["\(value)", "-\(value)", text, "\(digits)e-\(index % 30)"] {
                #expect(read(cell)?.bitPattern == Double(cell)?.bitPattern, "\(cell)")
                let bytes = Array("\(cell);".utf8)
                let number = DecimalNumber(bytes.span, at: 0, before: bytes.count)
                #expect(number?.end == cell.utf8.count)
                #expect(number?.float(bytes.span) == Double(cell).map { Float($0) }, "\(cell)")
            }
        }
    }

    @Test(arguments: ["", "-", ".", "1.2.3", "x", "1 ", "--1", "NaN", "1e", "e5", "1e+-5", "-e1"])
    func `other text is no number`(_ text: String) {
        #expect(read(text).map(\.isNaN) ?? true)
    }

    @Test(arguments: [
        ("12,3", 2), ("1.5e", 3), ("1.5e+", 3), ("1e3x", 3), ("-7.", 3), ("+4 ", 2), ("0x10", 1),
    ])
    func `the longest number at a place is read`(_ text: String, _ end: Int) {
        let bytes = Array("1\(text)".utf8)
        let number = DecimalNumber(bytes.span, at: 1, before: bytes.count)
        #expect(number?.end == end + 1)
        // Bytes behind the limit are not read.
        #expect(DecimalNumber(bytes.span, at: 1, before: 1) == nil)
    }

    private func read(_ text: String) -> Double? {
        let bytes = Array(text.utf8)
        return bytes.isEmpty ? nil : DecimalNumber.value(bytes.span, 0, bytes.count)
    }
}
