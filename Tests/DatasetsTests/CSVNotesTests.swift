import Datasets
import Testing

/// What is odd about a table is told, and what is not odd is not.
@Suite struct `What a table's user should know` {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func decoded(
        _ text: String, _ change: (inout CSV.Reading) -> Void = { _ in }
    ) throws -> (data: DecodedDataset, warnings: [String]) {
        var reading = CSV.Reading(file: try folder.write("t", Array(text.utf8)))
        reading.standardizes = false
        change(&reading)
        let source = CSV(reading)
        let data = try source.decode(seed: 0)
        let notes = source.notes(of: try Dataset(data))
        let warnings = notes.filter { $0.severity == .warning }.map {
            $0.text.replacing(folder.path, with: "FOLDER")
        }
        return (data, warnings)
    }

    private func refusal(
        _ text: String, _ change: (inout CSV.Reading) -> Void = { _ in }
    ) throws -> String {
        do {
            _ = try decoded(text, change)
            return "no error"
        } catch {
            return "\(error)".replacing(folder.path, with: "FOLDER")
        }
    }

    /// 40 rows: what `row` says of the row's number, two measurements, a label of two.
    private func table(_ header: String?, _ row: (Int) -> String) -> String {
        (header.map { $0 + "\n" } ?? "")
            + (0..<40).map {
                "\(row($0))\(Double($0 * 37 % 23) / 4 + 0.1),\($0 % 7),\($0 * 5 % 2)\n"
            }
            .joined()
    }

    @Test func `a plain table has nothing to tell`() throws {
        for text in [table("a,b,y") { _ in "" }, table(nil) { _ in "" }] {
            let (data, warnings) = try decoded(text)
            #expect(warnings == [] && data.sampleShape == [2] && data.classNames == ["0", "1"])
        }
    }

    static let indexes: [(header: String?, value: @Sendable (Int) -> String)] = [
        (",a,b,y", { "\($0)," }), ("\"\",a,b,y", { "\"\($0 + 1)\"," }),
        ("Unnamed: 0,a,b,y", { "\($0)," }), ("id,a,b,y", { "\($0 + 1)," }),
        ("index,a,b,y", { "\(($0 * 7) % 40)," }), ("PassengerId,a,b,y", { "\(892 + $0)," }),
        ("sample_id,a,b,y", { "\(90_000 - $0)," }), ("row,a,b,y", { "\($0)," }),
        ("X,a,b,y", { "\($0 + 1)," }), (",0,1,2", { "\($0)," }), (nil, { "\($0)," }),
        // Two frames, one behind the other.
        (",a,b,y", { "\($0 % 20)," }), ("id,a,b,y", { "900719925474099\($0 + 10)," }),
    ]

    @Test(arguments: indexes.indices)
    func `an index is left out, unless it is to be kept`(index: Int) throws {
        let (header, value) = Self.indexes[index]
        let text = table(header, value)
        let (data, warnings) = try decoded(text)
        #expect(data.sampleShape == [2])
        #expect(warnings.count == 1)
        let warning = warnings.first ?? ""
        #expect(warning.hasPrefix("FOLDER/t: column 0"), "\(warning)")
        #expect(
            warning.hasSuffix(
                "so it is left out of the features; if it is a measurement, set "
                    + "data.dataset.index_column: keep"), "\(warning)")
        let kept = try decoded(text) { $0.keepsIndexColumn = true }
        #expect(kept.data.sampleShape == [3] && kept.warnings == [])
        #expect(try decoded(text) { $0.ignored = ["-4"] }.warnings == [])
    }

    @Test func `a time stays, and is told`() throws {
        let (data, warnings) = try decoded(table("t,a,b,y") { "\($0)," })
        #expect(data.sampleShape == [3])
        #expect(
            warnings == [
                "FOLDER/t: column 0 ('t') counts the rows (0 to 39) and is a feature; if it is not a "
                    + "measurement, name it in data.dataset.ignore, else set "
                    + "data.dataset.index_column: keep"
            ])
    }

    // Measurements with names like those of an index, and an index that is the only column.
    @Test func `measurements are no index`() throws {
        for (header, value) in [
            ("x,a,b,y", { "\($0 % 8)," }), ("citric acid,a,b,y", { "\($0)," }),
            ("consumer_price_index,a,b,y", { "\(($0 * 7) % 40 + 100)," }),
            ("id,a,b,y", { "\($0 / 4)," }), ("age,a,b,y", { "\(20 + ($0 * 11) % 40)," }),
            ("row,a,b,y", { "\($0).5," }),
        ] as [(String, (Int) -> String)] {
            #expect(try decoded(table(header, value)).data.sampleShape == [3], "\(header)")
        }
        let alone = "id,y\n" + (0..<40).map { "\($0),\($0 * 5 % 2)\n" }.joined()
        #expect(try decoded(alone).data.sampleShape == [1])
    }

    @Test func `a header of numbers is no sample`() throws {
        for header in ["0,1,2", "1,2,3", "2019,2020,2021"] {
            let (data, warnings) = try decoded(table(header) { _ in "" })
            #expect(data.classes == 2 && data.train.labels.count + data.test.labels.count == 40)
            #expect(warnings.count == 1 && warnings[0].contains("data.dataset.header: yes or no"))
            #expect(try decoded(table(header) { _ in "" }) { $0.header = .yes }.warnings == [])
        }
        // With whole numbers below, nobody can tell.
        let whole = "0,1,2\n" + (0..<40).map { "\($0 % 9),\($0 % 7),\($0 * 5 % 2)\n" }.joined()
        #expect(
            try refusal(whole)
                == "FOLDER/t: line 1: expected a header or a row, found numbers that can be both "
                + "(0, 1, 2, ..., 2); set data.dataset.header: yes or no")
        #expect(try decoded(whole) { $0.header = .yes }.data.classes == 2)
        #expect(try decoded(whole) { $0.header = .no }.data.classes == 3)
    }

    @Test func `a first row with a missing value is no header`() throws {
        let text = "5.1,?,0\n" + (0..<20).map { "\($0).5,1.5,\($0 % 2)\n" }.joined()
        #expect(
            try refusal(text)
                == "FOLDER/t: line 1, column 1: expected a number, found '?', which stands for a "
                + "missing value; fill it in, or leave such rows out with data.dataset.missing: "
                + "drop, or use the mean of the column with missing: mean")
        let (data, warnings) = try decoded(text) { $0.missing = .drop }
        #expect(data.train.labels.count + data.test.labels.count == 20)
        #expect(
            warnings == [
                "FOLDER/t: 1 of 21 rows left out for a missing value (first: line 1, column 1)"
            ])
    }

    static let missing = [
        "", "NA", "N/A", "n/a", "NaN", "nan", "null", "NULL", "None", "?", "<NA>", "#N/A", "\"\"",
    ]

    @Test(arguments: missing)
    func `a missing label is no class`(word: String) throws {
        for classes in [["0", "1"], ["cat", "dog"]] {
            let text =
                "a,y\n" + (0..<40).map { "\($0).5,\($0 == 7 ? word : classes[$0 % 2])\n" }.joined()
            let found = try refusal(text)
            #expect(found.hasPrefix("FOLDER/t: line 9, column 1 ('y'): expected a label, found "))
            let (data, warnings) = try decoded(text) { $0.missing = .drop }
            #expect(data.classNames == classes)
            #expect(
                warnings == [
                    "FOLDER/t: 1 of 40 rows left out for a missing value (first: line 9, column 1 ('y'))"
                ])
            let keeps = word.isEmpty || word == "\"\"" ? nil : 3
            #expect((try? decoded(text) { $0.missing = .keep }.data.classes) == keeps)
        }
    }

    @Test
    func `missing features and clients are refused or left out, and unused ones don't matter`()
        throws
    {
        let text =
            "a,who,z,y\n"
            + (0..<40).map { row in
                "\(row == 3 ? "NA" : "\(row).5"),\(row == 5 ? "?" : "p\(row % 4)"),null,\(row % 2)\n"
            }.joined()
        func read(_ reading: inout CSV.Reading) {
            (reading.client, reading.ignored, reading.testSamples) = ("who", ["z"], 0)
        }
        #expect(try refusal(text, read).hasPrefix("FOLDER/t: line 5, column 0 ('a'): expected a n"))
        let (data, warnings) = try decoded(text) { reading in
            read(&reading)
            reading.missing = .drop
        }
        #expect(data.train.labels.count == 38 && data.owners?.names == ["p0", "p1", "p2", "p3"])
        #expect(
            warnings == [
                "FOLDER/t: 2 of 40 rows left out for a missing value (first: line 5, column 0 ('a'))"
            ])
        #expect(
            try refusal("a,b\n1,NA\n2,NA\n") { $0.missing = .drop }
                == "FOLDER/t: expected a row with all values for missing: drop, found none in 2 "
                + "rows (first: line 2, column 1 ('b')); name columns without values in data.dataset.ignore"
        )
    }

    @Test func `labels that are odd among the others`() throws {
        func warnings(_ label: (Int) -> String) throws -> [String] {
            try decoded("a,y\n" + (0..<80).map { "\($0).5,\(label($0))\n" }.joined()).warnings
        }
        #expect(try warnings { ["1", "1.0", "2", "2.00"][$0 % 4] } == [])
        #expect(try warnings { ["a", "A", "b", "B"][$0 % 4] } == [])
        let cat = try warnings { $0 % 10 == 7 ? "Cat" : ["cat", "dog"][$0 % 2] }
        #expect(
            cat.count == 1
                && cat[0].contains(
                    "column 1 ('y'): expected one spelling of each label, found 'Cat' and 'cat'")
        )
        let blank = try warnings { $0 % 10 == 7 ? "\" cat\"" : ["cat", "dog"][$0 % 2] }
        #expect(blank.count == 1 && blank[0].contains("found ' cat' and 'cat'"))
        let spelled = try warnings { ["1", "1.0", "x", "x"][$0 % 4] }
        #expect(spelled.count == 1 && spelled[0].contains("found '1' and '1.0'"))
        let word = try warnings { $0 == 7 ? "unknown" : "\($0 % 2)" }
        #expect(
            word.first?.contains(
                "column 1 ('y'): expected a number, like the other labels, found 'unknown' (")
                ?? false)
        #expect(word.first?.contains("FOLDER/t: line 9") ?? false)
        let single = try warnings { $0 == 7 ? "5" : "\($0 % 2)" }
        #expect(
            single == ["FOLDER/t: class '5' has a single sample; is the label right?"]
                || single == [
                    "FOLDER/t: class '5' has test samples but no training sample, so no client "
                        + "can learn it"
                ])
        #expect(
            try refusal("a,y\n1,0\n2,1\n3,1e400\n4,0\n" + String(repeating: "5,1\n", count: 40))
                == "FOLDER/t: line 4: column 1 ('y'): expected a finite number, like the other "
                + "labels, found '1e400'; correct the label")
    }

    // Doubles can't tell these apart.
    @Test func `numbers beyond 2^53 are different labels`() throws {
        let text =
            "a,y\n" + (0..<40).map { "\($0).5,\(9_007_199_254_740_992 + $0 % 2)\n" }.joined()
        #expect(
            try decoded(text).data.classNames == ["9007199254740992", "9007199254740993"])
    }

    @Test func `numbers to predict are no labels, and labels none to predict`() throws {
        let text = "a,y\n" + (0..<100).map { "\($0 % 13).5,\(Double($0) / 8 + 0.05)\n" }.joined()
        #expect(try refusal(text).contains("100 different values, such as '0.05'"))
        let (_, warnings) = try decoded(text) { $0.label = "y" }
        #expect(
            warnings == [
                "FOLDER/t: column 1 ('y'): expected labels, found 100 different numbers in 100 "
                    + "rows; each number is a class; if they are numbers to predict, name the "
                    + "column in data.dataset.target"
            ])
        let whole = text.replacing(".05", with: "5").replacing(/\.(?=\d+\n)/, with: "")
        #expect(try decoded(whole) { $0.label = "y" }.warnings.count == 1)
        let words = "a,y\n" + (0..<20).map { "\($0).5,\(["cat", "dog"][$0 % 2])\n" }.joined()
        #expect(
            try refusal(words) { $0.targets = ["y"] }
                == "FOLDER/t: line 2, column 1 ('y'): expected a number, found 'cat' in a column "
                + "that data.dataset.target names; name a column of classes in data.dataset.label"
        )
        let two = try decoded(words.replacing("cat", with: "0").replacing("dog", with: "1")) {
            $0.targets = ["y"]
        }.warnings
        #expect(two.count == 1 && two[0].contains("found 2 in 16 training rows; if they"))
    }
}
