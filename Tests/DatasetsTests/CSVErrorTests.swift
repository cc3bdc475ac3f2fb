import Datasets
import Testing

/// Tables that can't be read say where and why.
@Suite struct CSVErrorTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private static let hole =
        "fill it in, or leave such rows out with data.dataset.missing: drop, or use the mean of the "
        + "column with missing: mean"
    private static let noLabel =
        "expected a label, found an empty cell; fill it in, or leave such rows out with "
        + "data.dataset.missing: drop"

    private func message(
        _ text: String, _ change: (inout CSV.Reading) -> Void = { _ in }
    ) throws -> String {
        var reading = CSV.Reading(file: try folder.write("t", Array(text.utf8)))
        change(&reading)
        do {
            _ = try CSV(reading).decode(seed: 0)
            return "no error"
        } catch {
            return "\(error)".replacing(folder.path, with: "FOLDER")
        }
    }

    private static let damaged: [(text: String, reason: String)] = [
        ("", "expected a row of numbers, found no row"),
        ("\n \n", "expected a row of numbers, found no row"),
        ("a,b\n", "expected a row below the header, found no row"),
        (
            "1,2,0\n\n3,4\n",
            "line 3: expected 3 cells, as in line 1, found 2; cells are separated by commas "
                + "(data.dataset.separator); remove line 1 or start it with '#' if it is not a row"
        ),
        (
            "a,b,c\n1,2,0\n3,4,1,\n",
            "line 3: expected 3 cells, as in line 1, found 4; cells are separated by commas "
                + "(data.dataset.separator); a decimal comma is a separator here; write decimal "
                + "points"
        ),
        (
            "a,b,c\n1,2,0\n3,x,1\n",
            "line 3, column 1 ('b'): expected a number, found 'x'; name a column of words "
                + "in data.dataset.one_hot, and one that is not for the model in data.dataset.ignore"
        ),
        (
            "a,b,c\nNA,NA,x\n1,2,y\n",
            "line 2, column 0 ('a'): expected a number, found 'NA', which stands for a missing "
                + "value; \(hole)"
        ),
        (
            "1,2,0\n3,,1\n",
            "line 2, column 1: expected a number, found an empty cell; \(hole)"
        ),
        (
            "1,2,0\n3,nan,1\n",
            "line 2, column 1: expected a number, found 'nan', which stands for a missing value; "
                + hole
        ),
        ("1,2,0\n-inf,2,1\n", "line 2, column 0: expected a finite float32 number, found '-inf'"),
        ("1,2,0\n1e39,2,1\n", "line 2, column 0: expected a finite float32 number, found '1e39'"),
        (
            "1,2,0\n0x10,2,1\n",
            "line 2, column 0: expected a number, found '0x10'; name a column of words in "
                + "data.dataset.one_hot, and one that is not for the model in data.dataset.ignore"
        ),
        (
            "1,2,0\n1,\"2,1\n",
            "line 2: expected the end of a quote on the same line, found no end"
        ),
        (
            "0\n1\n",
            "expected a column of features, found none (the first line has 1 cell, separated "
                + "by blanks); set data.dataset.separator or name fewer columns"
        ),
        ("1,2,a\n3,4,\n", "line 2, column 2: \(Self.noLabel)"),
        ("1,2,a\n3,4,\"\"\n", "line 2, column 2: \(Self.noLabel)"),
        (
            "1,2,0\n3,4,\u{0}\n",
            "expected a text in UTF-8, found a zero byte at offset 10, as in UTF-16 or in binary "
                + "files; save the table as UTF-8"
        ),
    ]

    @Test(arguments: damaged)
    func `a cell or a line`(text: String, reason: String) throws {
        #expect(try message(text) == "FOLDER/t: \(reason)")
    }

    @Test func `a column that is not there`() throws {
        let table = "age,total_UPDRS\n1,2\n2,3\n"
        #expect(
            try message(table) { $0.targets = ["totl_UPDRS"] }
                == "FOLDER/t: data.dataset.target: expected one of the columns age, "
                + "total_UPDRS, found 'totl_UPDRS'; did you mean 'total_UPDRS'?")
        #expect(
            try message(table) { $0.client = "patient" }
                == "FOLDER/t: data.dataset.client: expected one of the columns age, "
                + "total_UPDRS, found 'patient'")
        #expect(
            try message(table) { $0.label = "2" }
                == "FOLDER/t: data.dataset.label: expected a column number from 0 to 1, or from -1 "
                + "to -2 (the end first), found '2'")
        #expect(
            try message("1,2\n") { $0.ignored = ["id"] }
                == "FOLDER/t: data.dataset.ignore: expected a column number from 0 to 1, or from -1 "
                + "to -2 (the end first), found 'id'; a table without a header has no column names")
        #expect(
            try message(table) { ($0.label, $0.client) = ("age", "0") }
                == "FOLDER/t: data.dataset.client: expected a column that data.dataset.label does "
                + "not name, found column 0 ('age'); name it once")
    }

    @Test func `control characters of a file don't reach the terminal`() throws {
        let message = try message("1,2,0\n\u{1B}[31m\u{7F}\u{9B}1m,2,1\n")
        #expect(
            message.hasPrefix("FOLDER/t: line 2, column 0: expected a number, found '?[31m??1m';"))
    }

    @Test func `a name that two columns have`() throws {
        let table = "y,a,y\n1,2,3\n4,5,6\n"
        #expect(
            try message(table) { $0.targets = ["y"] }
                == "FOLDER/t: data.dataset.target: expected one column named 'y', found columns 0 "
                + "and 2; name the column by its number")
        // Their numbers tell them apart, and so does a part that is not named.
        #expect(try message(table) { ($0.targets, $0.ignored) = (["0"], ["2"]) } == "no error")
        #expect(try message(table) { $0.targets = ["a"] } == "no error")
    }

    @Test func `a client without a name`() throws {
        #expect(
            try message("a,b,c\n1,1,x\n2,2,\n3,3,x\n") { reading in
                (reading.targets, reading.client, reading.testFraction) = (["a"], "c", 0)
            }
                == "FOLDER/t: line 3, column 2 ('c'): expected a client, found an empty cell; fill "
                + "it in, or leave such rows out with data.dataset.missing: drop")
    }

    // Two different names that are not UTF-8 would both be read as replacement characters.
    @Test(arguments: [false, true])
    func `labels and clients in another encoding`(isClient: Bool) throws {
        var bytes = Array("a,b,y\n1,1,k\n2,2,".utf8)
        bytes += [0xFE, 0x0A] + Array("3,3,".utf8) + [0xFF, 0x0A]
        var reading = CSV.Reading(file: try folder.write("t", bytes))
        reading.testFraction = 0
        if isClient { (reading.client, reading.targets) = ("y", ["b"]) }
        #expect(
            throws: DataError.damaged(
                path: reading.file,
                reason: "line 3, column 2 ('y'): expected a text in UTF-8, found other bytes; save "
                    + "the table as UTF-8")
        ) { try CSV(reading).decode(seed: 0) }
    }

    @Test func `training rows of a single class`() throws {
        #expect(
            try message("x,y\n1,b\n2,b\n") { $0.testFraction = 0 }
                == "FOLDER/t: column 1 ('y'): expected two classes or more in the training rows, "
                + "found the label 'b' in all of them; name another column in data.dataset.label")
        // A second class among the test rows can't be learnt.
        let order = try folder.write("order", Array("0\n1\n2\n".utf8))
        #expect(
            try message("x,y\n1,1\n2,1.0\n3,4\n") { ($0.order, $0.testSamples) = (order, 1) }
                == "FOLDER/t: column 1 ('y'): expected two classes or more in the training rows, "
                + "found the label '1' in all of them; name another column in data.dataset.label")
    }

    @Test func `a last column that holds no labels`() throws {
        #expect(
            try message("x,y\n1,2.5\n2,3.5\n") { $0.testFraction = 0 }
                == "FOLDER/t: column 1 ('y'): expected labels, found 2 different values, such as "
                + "'2.5'; name the column of labels in data.dataset.label, or the one of "
                + "numbers to predict in data.dataset.target")
        // Whoever names it means it.
        #expect(
            try message("x,y\n1,2.5\n2,3.5\n") { ($0.testFraction, $0.label) = (0, "y") }
                == "no error")
    }

    @Test func `a test part that doesn't fit`() throws {
        let test = try folder.write("test", Array("a,b\n1,5\n".utf8))
        #expect(
            try message("a,b\n1,0\n2,1\n") { $0.testFile = test }
                == "FOLDER/test: line 2, column 1 ('b'): expected one of the 2 labels of "
                + "FOLDER/t, found '5'")
        #expect(
            try message("a,c\n1,0\n2,1\n") { $0.testFile = test }
                == "FOLDER/test: column 1: expected 'c', found 'b'; use the columns of FOLDER/t")
        #expect(
            try message("1,0\n2,1\n") { $0.testSamples = 2 }
                == "FOLDER/t: expected fewer test rows than the 2 rows of the table, found 2; lower "
                + "data.dataset.test_samples")
    }

    private static let orders: [(text: String, reason: String)] = [
        ("0\n1\n2\n", "expected 2 row numbers, as rows in the data, found 3"),
        ("0\n2\n", "line 2, column 0: expected a row number from 0 to 1, found '2'"),
        ("0\nx\n", "line 2, column 0: expected a row number from 0 to 1, found 'x'"),
        ("0,1\n1,2\n", "expected one row number in each line, found 2"),
        (
            "\n1\n1\n",
            "line 3, column 0: expected each row once, or another row with the same cells left "
                + "out, found row 1, which is also on line 2"
        ),
    ]

    @Test(arguments: orders)
    func `an order that isn't one`(text: String, reason: String) throws {
        let order = try folder.write("order", Array(text.utf8))
        #expect(try message("1,0\n2,1\n") { $0.order = order } == "FOLDER/order: \(reason)")
    }

    // Damaged files are inputs like any other: an error or numbers, never a crash.
    @Test(arguments: 0..<200)
    func `any bytes at all`(seed: UInt64) throws {
        var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
        let alphabet = Array("01.,;\t\n\r\" ae-\u{FF}".utf8)
        let bytes = (0..<60).map { _ -> UInt8 in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return alphabet[Int((state >> 33) % UInt64(alphabet.count))]
        }
        var reading = CSV.Reading(file: try folder.write("t", bytes))
        reading.testFraction = 0
        do {
            let data = try CSV(reading).decode(seed: 0)
            #expect(!data.train.labels.isEmpty)
        } catch {
            #expect("\(error)".hasPrefix(reading.file))
        }
    }
}
