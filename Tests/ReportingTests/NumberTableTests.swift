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
}
