import Datasets
import Testing

/// Columns and rows that give away what is predicted; tables as other programs write them.
@Suite struct `Tables that leak, and tables of other programs` {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func decoded(
        _ text: String, _ change: (inout CSV.Reading) -> Void = { _ in }
    ) throws -> (data: DecodedDataset, warnings: [String]) {
        var reading = CSV.Reading(file: try folder.write("t", Array(text.utf8)))
        (reading.standardizes, reading.testSamples) = (false, 0)
        change(&reading)
        let source = CSV(reading)
        let data = try source.decode(seed: 0)
        let notes = source.notes(of: try Dataset(data))
        return (
            data,
            notes.filter { $0.severity == .warning }.map {
                $0.text.replacing(folder.path, with: "FOLDER")
            }
        )
    }

    private func refusal(_ text: String) -> String {
        do {
            _ = try decoded(text)
            return "no error"
        } catch {
            return "\(error)".replacing(folder.path, with: "FOLDER")
        }
    }

    @Test func `copies of the label are told`() throws {
        func warnings(_ copy: (Int) -> String) throws -> [String] {
            try decoded(
                "a,b,y\n"
                    + (0..<60).map { "\($0 * 7 % 11),\(copy($0 % 3)),\(["u", "v", "w"][$0 % 3])\n" }
                    .joined()
            ).warnings
        }
        for copy in [{ "\($0)" }, { "\($0 * $0 + 5)" }, { $0 == 1 ? "1" : "0" }]
            as [(Int) -> String]
        {
            #expect(
                try warnings(copy) == [
                    "FOLDER/t: column 1 ('b'): expected features that do not contain the target, "
                        + "found a single value in each class; the model can copy it; leave such "
                        + "columns out with data.dataset.ignore"
                ])
        }
        #expect(try warnings { _ in "4" } == [], "a constant column is harmless")
    }

    @Test func `copies of a target are told`() throws {
        func warnings(_ copy: (Double) -> Double) throws -> [String] {
            let rows = (0..<60).map { row in
                let target = Double(row * row % 17) + 0.25
                return "\(row * 7 % 11),\(copy(target)),\(target)\n"
            }
            return try decoded("a,b,y\n" + rows.joined()) { $0.targets = ["y"] }.warnings
        }
        for copy in [{ $0 }, { 32 + 1.8 * $0 }, { -$0 }] as [(Double) -> Double] {
            #expect(
                try warnings(copy) == [
                    "FOLDER/t: column 1 ('b'): expected features that do not contain the target, "
                        + "found the values of column 2 ('y'); the model can copy it; leave such "
                        + "columns out with data.dataset.ignore"
                ])
        }
        #expect(try warnings { $0 * $0 } == [])
        #expect(try warnings { _ in 3 } == [])
    }

    @Test func `test rows that are training rows are told`() throws {
        let rows = (0..<30).map { "\($0 * 7 % 31).5,\($0 % 2)\n" }
        func warnings(_ test: ArraySlice<String>) throws -> [String] {
            let file = try folder.write("test", Array(test.joined().utf8))
            return try decoded(rows[..<20].joined()) {
                ($0.testFile, $0.testSamples) = (file, nil)
            }.warnings
        }
        #expect(try warnings(rows[20...]) == [])
        #expect(try warnings(rows[17...]) == [], "rows can occur twice in the world")
        #expect(
            try warnings(rows[10...]) == [
                "FOLDER/test: expected test rows that are not in FOLDER/t, found 10 of 20 rows that "
                    + "are; the model is tested on its training data; name a file of other rows in "
                    + "data.dataset.test_file"
            ])
    }

    @Test func `clients that are no clients are told`() throws {
        func warnings(_ client: (Int) -> String) throws -> [String] {
            try decoded(
                "a,who,y\n" + (0..<40).map { "\($0 * 7 % 11),\(client($0)),\($0 % 2)\n" }.joined()
            ) { $0.client = "who" }.warnings
        }
        #expect(try warnings { "p\($0 % 5)" } == [])
        #expect(
            try warnings { _ in "p" }.first?.contains("found 'p' in all 40 rows") == true)
        #expect(
            try warnings { "p\($0)" }.first?.contains("another value in each of 40 rows") == true)
        #expect(
            try warnings { ["Rome", "rome"][$0 % 2] }.first?.contains("'Rome' and 'rome'") == true)
        #expect(try warnings { ["7", "007"][$0 % 2] } == [], "told apart as they are written")
    }

    private static let rows = (0..<12).map { "\($0 * 7 % 11).5;\($0 % 5).25;\($0 % 2)\n" }.joined()
    private static var commas: String { rows.replacing(";", with: ",") }

    static let foreign: [(text: String, warnings: Int)] = [
        ("# made by hand, 2024\na,b,y\n" + commas, 0),
        ("# one\n# two\n" + commas, 0), ("# a,b,y\n" + commas, 0), ("#a,b,y\n" + commas, 0),
        ("# a b y\n" + rows.replacing(";", with: " "), 0),
        ("sep=;\r\na;b;y\r\n" + rows.replacing("\n", with: "\r\n"), 0),
        ("a,b,y\r" + commas.replacing("\n", with: "\r"), 0),
        ("a,b,y,\n" + commas.replacing("\n", with: ",\n"), 1),
        (commas.replacing("\n", with: ",\n"), 1), ("a,b,y\n" + commas + ",,\n,,\n", 1),
        ("\u{FEFF}\"a\",\"b\",\"y\"\r\n" + commas, 0), ("a,a,y\n" + commas, 0),
    ]

    @Test(arguments: foreign.indices)
    func `tables of other programs are read`(index: Int) throws {
        let (data, warnings) = try decoded(Self.foreign[index].text)
        #expect(data.sampleShape == [2] && data.classes == 2 && data.train.labels.count == 12)
        #expect(warnings.count == Self.foreign[index].warnings, "\(warnings)")
    }

    @Test func `names in a comment are names`() throws {
        for text in ["# a b y\n" + Self.rows.replacing(";", with: " "), "#a,b,y\n" + Self.commas] {
            let data = try decoded(text) { ($0.targets, $0.ignored) = (["b"], ["a"]) }.data
            #expect(data.sampleShape == [1])
        }
        #expect(
            try decoded("#a,b,y\n" + Self.commas) { $0.ignored = ["#a"] }.data.sampleShape == [1])
    }

    // Where every line starts so, it is a part of a name.
    @Test func `a sign in front of all names is no comment`() throws {
        let text = (0..<12).map { "#\($0 % 3),\($0).5,\($0 % 2)\n" }.joined()
        let data = try decoded(text) { $0.client = "0" }.data
        #expect(data.owners?.names == ["#0", "#1", "#2"] && data.train.labels.count == 12)
    }

    @Test func `what can't be read is told by what it is`() {
        let comma = "expected a number, found '1,5'; write a decimal point and no other "
        #expect(
            refusal("a;y\n1,5;0\n2,5;1\n").hasPrefix("FOLDER/t: line 2, column 0 ('a'): \(comma)"))
        #expect(refusal("1,5;0\n2,5;1\n").hasPrefix("FOLDER/t: line 1, column 0: \(comma)"))
        #expect(refusal("a,y\n\"1,5\",0\n2,1\n").contains(comma))
        #expect(
            refusal("a,b,y\n1;2;0\n").hasSuffix(
                "cells are separated by commas, but this line has semicolons; name the right ones "
                    + "in data.dataset.separator"))
        #expect(refusal("a,b\n1,1,0\n2,2,1\n").contains("as R's write.table writes it"))
        #expect(refusal("a,b\n1,0,\n2,1,\n").contains("this line ends with one more"))
        #expect(refusal("a,b\n1,0\n# end\n").hasSuffix("so remove the line"))
        #expect(
            refusal("a,b\n1,0\n2,1\na,b\n").contains("found 'a', which is the name of the column"))
        #expect(refusal("a,b\nTrue,0\nFalse,1\n").contains("write 1 for true and 0 for false"))
        #expect(
            refusal("a|b|y\n1|2|0\n").hasSuffix(
                "write commas in place of '|'"))
    }
}
