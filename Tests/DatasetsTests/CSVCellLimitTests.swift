import Datasets
import Testing

@Suite struct `Cells of a table` {
    @Test func `are bounded, in one long line and in many lines`() throws {
        for text in ["1,2,3,4,5,6,7,8\n", "1,2\n3,4\n5,6\n7,8\n"] {
            let bytes = Array(text.utf8)
            _ = try CSVTable(bytes, path: "t.csv", mostCells: 8)
            #expect {
                _ = try CSVTable(bytes, path: "t.csv", mostCells: 7)
            } throws: { error in
                "\(error)".contains("expected at most 7 cells in a table, found more")
            }
        }
    }
}
