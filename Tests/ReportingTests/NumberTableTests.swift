import Reporting
import Testing

@Suite struct `A table of numbers` {
    private func table(_ text: String, _ names: [String], text column: String? = nil) throws
        -> NumberTable
    {
        try NumberTable(Array(text.utf8), names, text: column)
    }

    @Test func `its columns are read by name, in any order`() throws {
        let read = try table("a,b,c\n1,2.5,-3e2\n4,,x\n", ["c", "a", "b", "d"])
        #expect(read.rowCount == 2)
        #expect(read.columns[0][0] == -300 && read.columns[0][1].isNaN)
        #expect(read.columns[1] == [1, 4])
        #expect(read.columns[2][0] == 2.5 && read.columns[2][1].isNaN)
        #expect(read.columns[3].isEmpty)
    }

    @Test func `a line that still grows is left out`() throws {
        let read = try table("a,b\n1,2\n3,4", ["a", "b"])
        #expect(read.rowCount == 1)
        #expect(read.columns == [[1], [2]])
    }

    @Test func `commas and line ends inside quotes belong to their cell`() throws {
        let read = try table("a,name,b\n1,\"x, \"\"y\"\"\n\",2\n", ["a", "b"], text: "name")
        #expect(read.columns == [[1], [2]])
        #expect(read.text(0) == "x, \"y\"\n")
    }

    @Test(arguments: ["", "a,b", "a,b\n1\n", "a,b\n1,2,3\n"])
    func `a broken table is an error`(_ text: String) {
        #expect(throws: NumberTable.Problem.self) { try table(text, ["a"]) }
    }

    @Test func `every truncation of a table is an error or has fewer rows`() throws {
        let whole = Array("round,x\n0,1.5\n1,\"2\"\n2,3\n".utf8)
        for count in whole.indices {
            let read = try? NumberTable(Array(whole[..<count]), ["round", "x"])
            #expect((read?.rowCount ?? 0) <= 3)
            #expect(read?.columns.allSatisfy { $0.count == read?.rowCount } ?? true)
        }
    }

    @Test(arguments: [
        "0", "-0.0", "1", "0.1", "123456.789", "9007199254740993", "0.30000000000000004",
        "1.7976931348623157e308", "5e-324", "2.220446049250313e-16", "0.0000000000000000000001",
        "inf", "-inf", "1e5", "99999999999999999999", "0.1234567890123456789",
        "1.7320508075688772e-05", "9007199254740993e-1", "9.007199254740993", "1e-27",
        "18446744073709551615", "9999999999999999999e-27", "-4.9406564584124654e-10", "1E-5",
        "1.e-5", ".5", "0.00e-7", "1e-28", "00000000000000000000000.5",
    ])
    func `a number is the closest one`(_ text: String) {
        let bytes = Array(text.utf8)
        #expect(DecimalNumber.value(of: bytes, 0, bytes.count) == Double(text))
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
                let bytes = Array(cell.utf8)
                let read = DecimalNumber.value(of: bytes, 0, bytes.count)
                #expect(read.bitPattern == Double(cell)?.bitPattern, "\(cell)")
            }
        }
    }

    @Test func `cells of all lengths are found, wherever they begin`() throws {
        for length in 1...24 {
            for start in 1...9 {
                let skipped = String(repeating: "7", count: start)
                let cell = String(repeating: "é", count: length / 2) + "x\(length)"
                let number = String(repeating: "1", count: min(length, 15))
                let read = try table(
                    "a,b,c\n\(skipped),\(number),\(cell)\n\(skipped),,\n", ["b"], text: "c")
                #expect(read.columns[0][0] == Double(number) && read.columns[0][1].isNaN)
                #expect(read.text(0) == cell && read.text(1) == "")
                #expect(!read.hasOtherText)
            }
        }
        #expect(try table("a,b\n1,x\n", ["b"]).hasOtherText)
        #expect(try !table("a,b\n1,NaN\n,\n", ["a", "b"]).hasOtherText)
    }

    @Test(arguments: ["", "-", ".", "1.2.3", "x", "1 ", "--1", "NaN", "1e", "e5", "1e+-5", "-e1"])
    func `other text is no number`(_ text: String) {
        let bytes = Array(text.utf8)
        #expect(DecimalNumber.value(of: bytes, 0, bytes.count).isNaN)
    }
}
