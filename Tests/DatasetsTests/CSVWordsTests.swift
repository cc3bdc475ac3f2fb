import Datasets
import Testing

/// Columns of words, missing values that become means, and several files.
@Suite struct `Tables with words, holes and several files` {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func source(
        _ text: String, _ change: (inout CSV.Reading) -> Void = { _ in }
    ) throws -> CSV {
        var reading = CSV.Reading(file: try folder.write("t.csv", Array(text.utf8)))
        (reading.standardizes, reading.testFraction) = (false, 0)
        change(&reading)
        return CSV(reading)
    }

    private func features(_ samples: DecodedDataset.Samples) -> [Float] {
        guard case .floats(let values) = samples.features else { return [] }
        return values
    }

    private func message(_ source: CSV) -> String {
        do {
            _ = try source.decode(seed: 0)
            return "no error"
        } catch {
            return "\(error)".replacing(folder.path, with: "FOLDER")
        }
    }

    private func notes(_ source: CSV) throws -> [String] {
        let data = try Dataset(source.decode(seed: 0))
        return source.notes(of: data).map {
            $0.text.replacing(folder.path, with: "FOLDER")
        }
    }

    private static let people = """
        age,job,city,income,class
        30,nurse,Oslo,100,a
        ,cook,Rome,200,b
        50,cook,,NA,a
        70,pilot,Oslo,600,b

        """

    /// The values of pandas 3.1.1: `fillna` with the means, then `get_dummies`, which puts the
    /// columns of words behind the others.
    @Test func `become what pandas makes of them`() throws {
        let data = try source(Self.people) {
            $0.oneHot = ["job", "city"]
            $0.missing = .mean
        }.decode(seed: 0)
        #expect(data.sampleShape == [7] && data.train.labels == [0, 1, 0, 1])
        #expect(
            features(data.train) == [
                30, 0, 1, 0, 1, 0, 100,
                50, 1, 0, 0, 0, 1, 200,
                50, 1, 0, 0, 0, 0, 300,
                70, 0, 0, 1, 1, 0, 600,
            ])
    }

    @Test func `the words of a column are not standardised, and its numbers are`() throws {
        let data = try source("x,k,y\n1,b,0\n3,a,1\n1,b,1\n3,a,0\n") {
            $0.oneHot = ["k"]
            $0.standardizes = true
        }.decode(seed: 0)
        #expect(features(data.train) == [-1, 0, 1, 1, 1, 0, -1, 0, 1, 1, 1, 0])
        // Words alone, and numbers that stand for kinds: 7 and 7.0 are one value.
        let kinds = try source("k,y\n7,0\n10,1\n7.0,1\n") { $0.oneHot = ["k"] }.decode(seed: 0)
        #expect(features(kinds.train) == [1, 0, 0, 1, 1, 0] && kinds.sampleShape == [2])
    }

    /// The mean is that of the training rows, for test rows too.
    @Test func `means come from the training rows`() throws {
        let test = try folder.write("test.csv", Array("x,k,y\nNA,c,0\n100,a,1\n".utf8))
        let table = try source("x,k,y\n1,b,0\n,a,1\n4,,1\n4,a,0\n") {
            ($0.testFile, $0.oneHot, $0.missing) = (test, ["k"], .mean)
        }
        let data = try table.decode(seed: 0)
        #expect(features(data.train) == [1, 0, 1, 0, 3, 1, 0, 0, 4, 0, 0, 0, 4, 1, 0, 0])
        #expect(features(data.test) == [3, 0, 0, 1, 100, 1, 0, 0])
        let notes = try notes(table)
        #expect(
            notes.contains {
                $0.contains(
                    "2 missing values in 1 column replaced by means of training rows (first: line 3)"
                )
            }, "\(notes)")
        #expect(
            notes.contains {
                $0.contains("column 1 ('k')") && $0.contains("1 value in test rows only")
                    && $0.contains("'c'")
            }, "\(notes)")
        #expect(notes.contains { $0.contains("4 features, with those of 1 column of words") })
    }

    @Test func `holes are refused where no mean can fill them`() throws {
        let hole = "expected a label, found an empty cell; fill it in, or leave such rows out with "
        #expect(
            try message(source("x,y\n1,a\n2,\n3,b\n") { $0.missing = .mean })
                == "FOLDER/t.csv: line 3, column 1 ('y'): \(hole)data.dataset.missing: drop")
        #expect(
            try message(
                source("x,z,y\n1,,a\n2,,b\n") { $0.missing = .mean })
                == "FOLDER/t.csv: column 1 ('z'): expected a value in a training row for missing: "
                + "mean, found none; name the column in data.dataset.ignore")
        #expect(
            try message(
                source("x,y\n1,2\n2,\n3,4\n") { ($0.targets, $0.missing) = (["y"], .mean) }
            ).hasSuffix("leave such rows out with data.dataset.missing: drop"))
        // A column of words has no mean, but a hole in it is no value.
        #expect(
            try message(source("k,y\na,0\n,1\n") { $0.oneHot = ["k"] }).contains(
                "expected a value, found an empty cell"))
        #expect(
            try message(source("k,y\na,0\nb,1\n") { ($0.oneHot, $0.label) = (["y"], "y") })
                .contains("data.dataset.one_hot"))
    }

    @Test func `a copy of the label in words is told`() throws {
        let rows = (0..<24).map { "\($0 % 5),\($0 % 2 == 0 ? "even" : "odd"),\($0 % 2)" }
        let notes = try notes(
            source((["x,k,y"] + rows).joined(separator: "\n")) {
                $0.oneHot = ["k"]
            })
        #expect(
            notes.contains {
                $0.contains("('k')") && $0.contains("a single value in each class")
            }, "\(notes)")
    }

    private func write(_ texts: [String]) throws -> String {
        for (index, text) in texts.enumerated() {
            try folder.write("c-\(index).csv", Array(text.utf8))
        }
        return "\(folder.path)/c-*.csv"
    }

    @Test func `files of a pattern are one table, and own their rows`() throws {
        let pattern = try write(["x,y\n1,a\n2,b\n", "x,y\r\n3,b\r\n", "x,y\n4,a\n5,a\n"])
        var reading = CSV.Reading(file: pattern)
        (reading.standardizes, reading.testFraction) = (false, 0)
        reading.ownersAreFiles = true
        let data = try CSV(reading).decode(seed: 0)
        #expect(features(data.train) == [1, 2, 3, 4, 5] && data.train.labels == [0, 1, 1, 0, 0])
        #expect(data.owners?.names == ["c-0.csv", "c-1.csv", "c-2.csv"])
        #expect(data.owners?.ofTrain == [0, 0, 1, 2, 2])
        // The same rows in one file are the same samples.
        reading.ownersAreFiles = false
        let one = try source("x,y\n1,a\n2,b\n3,b\n4,a\n5,a\n").decode(seed: 0)
        let many = try CSV(reading).decode(seed: 0)
        #expect(
            features(one.train) == features(many.train) && one.train.labels == many.train.labels)
    }

    @Test func `rows that are left out move no owner`() throws {
        let pattern = try write(["x,y\n1,a\n,b\n", "x,y\n,b\n", "x,y\n4,b\n5,a\n"])
        var reading = CSV.Reading(file: pattern)
        (reading.standardizes, reading.testFraction) = (false, 0)
        (reading.ownersAreFiles, reading.missing) = (true, .drop)
        let source = CSV(reading)
        let data = try source.decode(seed: 0)
        #expect(features(data.train) == [1, 4, 5])
        #expect(data.owners?.names == ["c-0.csv", "c-2.csv"])
        #expect(data.owners?.ofTrain == [0, 1, 1])
        #expect(
            try notes(source).contains {
                $0.contains("2 of 5 rows left out") && $0.contains("line 3 of FOLDER/c-0.csv")
            })
    }

    @Test func `a mistake in one of several files is named with its file`() throws {
        func refusal(_ texts: [String]) throws -> String {
            message(CSV(CSV.Reading(file: try write(texts))))
        }
        #expect(
            try refusal(["x,y\n1,0\n2,1\n", "x,y\n1,0\nq,1\n"]).hasPrefix(
                "FOLDER/c-1.csv: line 3, column 0 ('x'): expected a number, found 'q'"))
        #expect(
            try refusal(["x,y\n1,0\n2,1\n", "x,z\n1,0\n"])
                == "FOLDER/c-1.csv: column 1: expected 'y', found 'z'; use the columns of "
                + "FOLDER/c-0.csv")
        #expect(
            try refusal(["x,y\n1,0\n2,1\n", "1,0\n2,1\n"]).hasPrefix(
                "FOLDER/c-1.csv: expected a header, found none"))
        #expect(
            message(CSV(CSV.Reading(file: "\(folder.path)/none-*.csv")))
                == "FOLDER/none-*.csv: expected a file or more that this pattern matches, found none"
        )
    }
}
