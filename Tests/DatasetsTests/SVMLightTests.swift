import Datasets
import Testing

@Suite struct SVMLightTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func decoded(
        _ text: String, test: String? = nil, _ change: (inout SVMLight.Reading) -> Void = { _ in }
    ) throws -> DecodedDataset {
        var reading = SVMLight.Reading(file: try folder.write("t.txt", Array(text.utf8)))
        reading.test = TestShare(fraction: 0)
        if let test { reading.testFile = try folder.write("u.txt", Array(test.utf8)) }
        change(&reading)
        return try SVMLight(reading).decode(seed: 0)
    }

    private func message(
        _ text: String, test: String? = nil, _ change: (inout SVMLight.Reading) -> Void = { _ in }
    ) -> String {
        message { try decoded(text, test: test, change) }
    }

    private func message(_ decode: () throws -> DecodedDataset) -> String {
        do {
            _ = try decode()
            return "no error"
        } catch {
            return "\(error)".replacing(folder.path, with: "FOLDER")
        }
    }

    @Test func `the widest part gives the number of features`() throws {
        let data = try decoded("1 1:2\n-1 3:1\n", test: "-1 5:7\n")
        #expect(data.sampleShape == [5] && data.classNames == ["-1", "1"])
        #expect(data.train.features == .floats([2, 0, 0, 0, 0, 0, 0, 1, 0, 0]))
        #expect(data.test.features == .floats([0, 0, 0, 0, 7]) && data.test.labels == [0])
        #expect(
            data.notes.contains { $0.text.contains("3 in the training rows and 5 in the test") })
    }

    @Test func `a column 0 of any part counts columns from 0`() throws {
        #expect(try decoded("1 1:2\n2 2:1\n").sampleShape == [2])
        #expect(try decoded("1 1:2\n2 2:1\n", test: "1 0:1\n").sampleShape == [3])
        let mixed = try decoded("1 1:2\n2 2:1\n", test: "1 0:1\n").notes
        #expect(mixed.contains { $0.severity == .warning && $0.text.contains("in both files") })
        let alike = try decoded("1 0:2\n2 2:1\n", test: "1 0:1\n").notes
        #expect(!alike.contains { $0.severity == .warning })
        #expect(try decoded("1 1:2\n2 2:1\n") { $0.firstColumn = .zero }.sampleShape == [3])
        #expect(try decoded("1 1:2\n2 2:1\n") { $0.features = 9 }.sampleShape == [9])
        #expect(
            message("1 1:2\n2 0:1\n") { $0.firstColumn = .one }
                == "FOLDER/t.txt:2: expected columns from 1 (data.dataset.first_column), found "
                + "column 0; set data.dataset.first_column: 0")
        #expect(
            message("1 1:2\n2 8:1\n") { $0.features = 7 }
                == "FOLDER/t.txt:2: expected columns up to 7 (data.dataset.features is 7, and the "
                + "first column is 1), found column 8; raise data.dataset.features")
    }

    @Test func `numbers are predicted, and queries own rows`() throws {
        let data = try decoded("0.5 qid:8 1:2\n1.5 qid:3 2:1\n2.5 qid:8 1:1\n") {
            $0.predictsNumbers = true
            $0.owners = .queries
            $0.standardizesTarget = false
        }
        #expect(data.target == .numbers && data.train.targets == .numbers([0.5, 1.5, 2.5]))
        #expect(data.owners?.names == ["3", "8"] && data.owners?.ofTrain == [1, 0, 1])
    }

    /// One file for each client, as federated data often come.
    @Test func `files of a pattern own their rows`() throws {
        try folder.write("c-b.svm", Array("1 1:2\n2 3:1\n".utf8))
        try folder.write("c-a.svm", IDXFiles.gzip(Array("2 1:1\n\n1 5:4\n1 1:3".utf8)))
        try folder.write("c-z.svm", Array("2 2:9\n".utf8))
        var reading = SVMLight.Reading(file: "\(folder.path)/c-*.svm")
        (reading.owners, reading.test) = (.files, TestShare(fraction: 0))
        let source = SVMLight(reading)
        let data = try source.decode(seed: 0)
        #expect(data.owners?.names == ["c-a.svm", "c-b.svm", "c-z.svm"])
        #expect(data.owners?.ofTrain == [0, 0, 0, 1, 1, 2])
        #expect(data.sampleShape == [5] && data.train.labels == [1, 0, 0, 0, 1, 1])
        guard case .floats(let values) = data.train.features else {
            Issue.record("no numbers")
            return
        }
        #expect(values.enumerated().filter { $1 != 0 }.map(\.0) == [0, 9, 10, 15, 22, 26])
        #expect(values.filter { $0 != 0 } == [1, 4, 3, 2, 1, 9])
        let key = try source.contentKey(seed: 0)
        try folder.write("c-z.svm", Array("2 2:8\n".utf8))
        #expect(try source.contentKey(seed: 0) != key)
        // Places are those of the file with the row.
        reading.features = 4
        func message() -> String { self.message { try SVMLight(reading).decode(seed: 0) } }
        #expect(message().hasPrefix("FOLDER/c-a.svm:3: expected columns up to 4"))
        reading.features = nil
        try folder.write("c-z.svm", Array("1.5 2:8\n".utf8))
        #expect(message().hasPrefix("FOLDER/c-z.svm:1: expected a label that is a whole number"))
        try folder.write("c-z.svm", Array("1 qid:3 2:8\n".utf8))
        #expect(message().hasPrefix("FOLDER/c-z.svm: expected no qid, found some; all files must"))
        reading.file = "\(folder.path)/c-*.txt"
        #expect(
            message().hasSuffix("expected a file or more that this pattern matches, found none"))
    }

    @Test func `lines may end by a carriage return alone`() throws {
        let data = try decoded("1 1:2\r2 3:1\r")
        #expect(data.train.features == .floats([2, 0, 0, 0, 0, 1]))
        #expect(message("1 1:2\r2 3:x\r").hasPrefix("FOLDER/t.txt:2:5: expected a number after"))
    }

    @Test func `labels that are nearly all different are told`() throws {
        let notes = try decoded((0..<30).map { "\($0 * 7) 1:1\n" }.joined()).notes.map(\.text)
        let expected =
            "expected labels, found 30 different numbers in 30 samples; each number is a class; "
            + "if they are numbers to predict, set data.dataset.predict: numbers"
        #expect(notes.contains { $0.hasSuffix(expected) })
        #expect(!notes.contains { $0.contains("single") })
        let few = try decoded((0..<200).map { "\($0 % 30) 1:1\n" }.joined()).notes.map(\.text)
        #expect(!few.contains { $0.contains("different numbers") })
    }

    @Test func `packed and plain text are the same data`() throws {
        let plain = "\(`Files of other writers are read back`.folder)/svmlight/one.txt"
        func data(_ path: String) throws -> DecodedDataset {
            try SVMLight(SVMLight.Reading(file: path)).decode(seed: 3)
        }
        let (one, two) = (try data(plain), try data(plain + ".gz"))
        #expect(one.train == two.train && one.test == two.test && one.test.labels.count == 2)
    }

    @Test func `numbers are rounded as the standard library rounds them`() throws {
        // Middles between floats, many digits, subnormal and large numbers, and others.
        var texts = [
            "16777217", "16777219", "1.00000017881393432617187499", "1.00000017881393432617187501",
            "1e-45", "7e-46", "1.17549435e-38", "3.4028234e38", "-0", "0.1",
            "123456789012345678901",
            "1e22", "1e23", "9007199254740993", "0.3333333333333333148", "5e-324", "1E+2", "+.5",
            "7.",
        ]
        var state: UInt64 = 1
        for _ in 0..<2_000 {
            state = state &* 6_364_136_223_846_793_005 &+ 1
            let value = Float(bitPattern: UInt32(truncatingIfNeeded: state >> 32))
            guard value.isFinite, value.magnitude < 1e37 else { continue }
            texts.append("\(Double(value))")
            texts.append("\(Double(value) * (1 + 0x1p-24))")
        }
        let rows = texts.enumerated().map { "\($0 % 2) 1:\($1)\n" }.joined()
        let data = try decoded(rows)
        #expect(data.train.features == .floats(texts.map { Float(Double($0) ?? .nan) }))
    }

    @Test(arguments: [
        ("", ": expected rows 'label column:value ...', found an empty file"),
        ("\n# x\n", ": expected rows 'label column:value ...', found no row"),
        (
            "1 1:2\nx 1:3\n",
            ":2:1: expected a number as the label, found 'x'; write labels as numbers, such as -1 and 1"
        ),
        (
            "1 1:2\n1,2 1:3\n",
            ":2:1: expected a number as the label, found '1,2'; several labels of one sample are not read; use data.dataset.kind: csv for a table"
        ),
        ("1:2 3:4\n", ":1:1: expected a label before the pairs column:value, found '1:2'"),
        (
            "1 1:2\n1 2:1 2:3\n",
            ":2:7: expected columns that ascend in a row, found 2 after 2; sort the columns, and write each of them once"
        ),
        (
            "1 1:2\n1 2:1 x:3\n",
            ":2:7: expected a pair column:value, found 'x:3'; columns are whole numbers from 0"
        ),
        (
            "1 1:2\n1 2\n",
            ":2:3: expected a pair column:value, found '2'; use data.dataset.kind: csv for a table"
        ),
        ("1 1:2\n1 2: 3\n", ":2:5: expected a number after '2:', found byte 32"),
        ("1 1:2\n1 2:\n", ":2:5: expected a number after '2:', found the end of the line"),
        ("1 1:2\n1 2:nan\n", ":2:5: expected a number after '2:', found 'nan'"),
        ("1 1:2\n1 2:1e99\n", ":2:5: expected a finite float32 number, found '1e99'"),
        (
            "1 1:2\n1 99999999999999999999:1\n",
            ":2:3: expected a column up to 16,777,216, found '99999999999999999999:1'; no data set has more features (data.dataset.features); number the columns that occur from 1 on"
        ),
        (
            "1 qid:1 1:2\n1 2:3\n",
            ":2:3: expected qid:number after the label, as in the rows above, found '2:3'"
        ),
        ("1 1:2\n1 qid:1 2:3\n", ":2:3: expected no qid, as in the rows above, found 'qid:1'"),
        (
            "1 1:2\n1.5 2:3\n",
            ":2: expected a label that is a whole number, found 1.5; set data.dataset.predict: numbers if labels are numbers to predict"
        ),
        (
            "1 1:2\n1e16 2:3\n",
            ":2: expected a label below 2^53, because larger ones are rounded, found 1e+16; number the classes from 0"
        ),
        (
            "1 1:2\n1 2:3\n",
            ": expected two classes or more in the training samples, found the label 1 in all of them"
        ),
        (
            "1\n2\n",
            ": expected a pair column:value in a row, found none; set data.dataset.features"
        ),
        (
            "@relation x\n",
            ": expected LIBSVM text, found an ARFF file; write it as a CSV file, for example with pandas.DataFrame(scipy.io.arff.loadarff(file)[0]).to_csv(index=False)"
        ),
    ])
    func `mistakes are told with line and column`(text: String, expected: String) {
        #expect(message(text) == "FOLDER/t.txt" + expected)
    }

    @Test func `a test label that no training row has is refused`() {
        #expect(
            message("1 1:2\n2 1:1\n", test: "1 1:1\n3 1:2\n")
                == "FOLDER/u.txt:2: expected one of the 2 labels of the training samples, found 3")
    }

    @Test func `full rows that would be too large are refused before they are made`() {
        let text = (0..<200).map { "\($0 % 2) 16000000:1\n" }.joined()
        #expect(
            message(text)
                == "FOLDER/t.txt: expected at most 4,194,304 numbers for 200 values, found 200 rows of "
                + "16,000,000 columns; each row is kept in full; use fewer rows or columns "
                + "(FOLDER/t.txt:1 has column 16,000,000)")
    }

    @Test func `a file that is cut off is refused`() throws {
        let packed = IDXFiles.gzip(Array("1 1:2\n2 1:1\n".utf8))
        let file = try folder.write("c.gz", packed.dropLast(9))
        #expect(
            throws: DataError.damaged(
                path: file, reason: "expected a whole gzip file, found one without its end")
        ) { try SVMLight(SVMLight.Reading(file: file)).decode(seed: 0) }
    }
}
