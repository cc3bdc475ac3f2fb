import Report
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
    ])
    func `a number is the closest one`(_ text: String) {
        let bytes = Array(text.utf8)
        #expect(DecimalNumber.value(of: bytes, 0, bytes.count) == Double(text))
    }

    @Test(arguments: ["", "-", ".", "1.2.3", "x", "1 ", "--1", "NaN"])
    func `other text is no number`(_ text: String) {
        let bytes = Array(text.utf8)
        #expect(DecimalNumber.value(of: bytes, 0, bytes.count).isNaN)
    }
}
