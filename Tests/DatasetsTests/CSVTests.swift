import Datasets
import Foundation
import TestSupport
import Testing

/// What a table becomes.
@Suite struct CSVTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func reading(_ text: String, _ change: (inout CSV.Reading) -> Void = { _ in }) throws
        -> CSV.Reading
    {
        var reading = CSV.Reading(file: try folder.write("table", Array(text.utf8)))
        change(&reading)
        return reading
    }

    private func decoded(
        _ text: String, seed: UInt64 = 0, _ change: (inout CSV.Reading) -> Void = { _ in }
    ) throws -> DecodedDataset {
        try CSV(reading(text, change)).decode(seed: seed)
    }

    private func features(_ samples: DecodedDataset.Samples) -> [Float] {
        guard case .floats(let values) = samples.features else { return [] }
        return values
    }

    private func numbers(_ samples: DecodedDataset.Samples) -> [Float] {
        guard case .numbers(let values) = samples.targets else { return [] }
        return values
    }

    private static func plain(_ reading: inout CSV.Reading) {
        reading.testFraction = 0
        reading.standardizes = false
    }

    @Test(arguments: [
        "1,2,0\n3,4,1\n", "a,b,c\n1,2,0\n3,4,1\n", "1;2;0\n3;4;1", "1\t2\t0\r\n3\t4\t1\r\n",
        "  1.0   2  0\n\n 3e0\t+4 1 \n  \n", "1.0 \t2\t0\n3\t 4 \t1\n",
        "\u{FEFF}a;\"b,\"\"c\";d\n\"1\";2; 0\n3;4;1\n",
        "1 , 2, 0\n3,4 ,1",
    ])
    func `separators and header are found out`(text: String) throws {
        let data = try decoded(text, Self.plain)
        #expect(features(data.train) == [1, 2, 3, 4])
        #expect(data.train.labels == [0, 1] && data.classes == 2 && data.sampleShape == [2])
        #expect(data.test.labels == [] && data.owners == nil)
    }

    // The second line decides: words over numbers are names, words over words are labels.
    @Test func `labels in words are no header`() throws {
        let data = try decoded("5.1,rose\n4.9,lily\n", Self.plain)
        #expect(features(data.train) == [5.1, 4.9] && data.train.labels == [1, 0])
        let named = try decoded("2019,kind\n4.9,0\n4.7,1\n", Self.plain)
        #expect(features(named.train) == [4.9, 4.7])
    }

    @Test func `labels are numbered in order, as numbers or as texts`() throws {
        let numbers = try decoded("0,10\n0,9\n0,10.0\n0,-1\n", Self.plain)
        #expect(numbers.train.labels == [2, 1, 2, 0] && numbers.classes == 3)
        let words = try decoded("0,10\n0,b\n0,a\n0,9\n", Self.plain)
        #expect(words.train.labels == [0, 3, 2, 1])
    }

    @Test func `columns are chosen by name or number`() throws {
        let text = "id,x,who,y,z\n7,1,b,5,2\n8,2,a,6,2\n9,3,b,7,2\n"
        let data = try decoded(text) { reading in
            Self.plain(&reading)
            (reading.label, reading.client, reading.ignored) = ("y", "-3", ["0", "z"])
        }
        #expect(data.sampleShape == [1] && features(data.train) == [1, 2, 3])
        #expect(data.train.labels == [0, 1, 2])
        #expect(
            data.owners
                == DecodedDataset.Owners(
                    kind: "values in column 'who'", names: ["a", "b"], ofTrain: [1, 0, 1]))
    }

    // As text the numbers of two patients can be 7 and 007.
    @Test func `clients are told apart as they are written`() throws {
        let data = try decoded("1,2,10\n2,2,7\n3,2,007\n4,2,7\n5,2,9\n") { reading in
            Self.plain(&reading)
            (reading.targets, reading.client) = (["0"], "2")
        }
        let owners = try #require(data.owners)
        #expect(owners.names == ["007", "7", "9", "10"] && owners.ofTrain == [3, 1, 0, 1, 2])
    }

    @Test func `a client's name can't command the terminal`() throws {
        let data = try decoded("1,2,a\u{1B}[2J\n2,2,b\n") { reading in
            Self.plain(&reading)
            (reading.targets, reading.client) = (["0"], "2")
        }
        #expect(data.owners?.names == ["a\u{FFFD}[2J", "b"])
    }

    // Against plain sums, over the training rows alone.
    @Test func `features and target are standardised by the training rows`() throws {
        let text = "x,k,y\n" + (0..<50).map { "\($0 * $0 % 17),3.3,\(100 + $0 % 7)\n" }.joined()
        let raw = try decoded(text, seed: 5) { reading in
            reading.targets = ["y"]
            (reading.standardizes, reading.standardizesTarget) = (false, false)
        }
        let data = try decoded(text, seed: 5) { $0.targets = ["y"] }
        #expect(raw.targetScale == 1 && raw.targetWidth == 1 && raw.target == .numbers)
        #expect(raw.test.targets.count == 10)
        func expectScaled(_ found: [Float], _ plain: [Float], by train: [Float]) -> Double {
            let values = train.map { Double($0) }
            let mean = values.reduce(0, +) / Double(values.count)
            let squares = values.map { ($0 - mean) * ($0 - mean) }.reduce(0, +)
            let deviation = (squares / Double(values.count)).squareRoot()
            #expect(found.count == plain.count && !found.isEmpty)
            for (one, other) in zip(found, plain) {
                #expect(abs(Double(one) - (Double(other) - mean) / deviation) < 1e-6)
            }
            return deviation
        }
        func column(_ samples: DecodedDataset.Samples, _ index: Int) -> [Float] {
            stride(from: index, to: features(samples).count, by: 2).map { features(samples)[$0] }
        }
        for (found, plain) in [(data.train, raw.train), (data.test, raw.test)] {
            _ = expectScaled(column(found, 0), column(plain, 0), by: column(raw.train, 0))
            #expect(column(found, 1).allSatisfy { $0 == 0 }, "a constant column")
            let deviation = expectScaled(numbers(found), numbers(plain), by: numbers(raw.train))
            #expect(abs(data.targetScale - deviation) < 1e-12)
        }
    }

    @Test func `several targets have a scale each, and none together`() throws {
        let data = try decoded("1,10,0\n3,30,0\n5,50,1\n") { reading in
            reading.testFraction = 0
            reading.targets = ["0", "1"]
        }
        let far = Float((1.5).squareRoot())
        #expect(data.targetWidth == 2 && data.targetScale == 1)
        let expected = [-far, -far, 0, 0, far, far]
        for (one, other) in zip(numbers(data.train), expected) { #expect(abs(one - other) < 1e-6) }
    }

    @Test func `test rows are drawn by the seed, and parts stay in file order`() throws {
        let text = (0..<40).map { "\($0),\($0 % 2)\n" }.joined()
        func draw(_ seed: UInt64) throws -> ([Float], [Float]) {
            let data = try decoded(text, seed: seed) { $0.standardizes = false }
            return (features(data.train), features(data.test))
        }
        let (train, test) = try draw(1)
        #expect(test.count == 8 && train == train.sorted() && test == test.sorted())
        #expect((train + test).sorted() == (0..<40).map { Float($0) })
        #expect(try draw(1) == (train, test) && draw(2) != (train, test))
    }

    @Test func `a given order puts training rows in front and test rows at the end`() throws {
        let order = try folder.write("order", Array("3\n0\n4\n2\n1\n".utf8))
        let data = try decoded("0,0\n10,0\n20,0\n30,0\n40,1\n") { reading in
            reading.standardizes = false
            (reading.order, reading.testSamples) = (order, 2)
        }
        #expect(features(data.train) == [30, 0, 40] && features(data.test) == [20, 10])
    }

    // Rows 1, 2 and 4 are one and the same; 2 and 4 are left out, so 1 may stand for them.
    @Test func `of equal rows one may stand for another in an order`() throws {
        let text = "0,0\n10,1\n10,1\n30,0\n 10 , 1\n"
        func train(_ order: String) throws -> [Float] {
            let order = try folder.write("order", Array(order.utf8))
            return try features(
                decoded(text) { reading in
                    reading.standardizes = false
                    (reading.order, reading.testSamples) = (order, 0)
                }.train)
        }
        #expect(try train("3\n1\n1\n0\n1\n") == [30, 10, 10, 0, 10])
        // The third one would be a row too many of them: row 0 is left out.
        #expect(throws: DataError.self) { try train("3\n1\n1\n1\n1\n") }
        #expect(throws: DataError.self) { try train("3\n1\n2\n4\n3\n") }
    }

    @Test func `a test file is read with the labels of the training file`() throws {
        let test = try folder.write("test", Array("9,c\n8,a\n".utf8))
        let data = try decoded("1,a\n2,b\n3,c\n") { reading in
            reading.standardizes = false
            reading.testFile = test
        }
        #expect(features(data.test) == [9, 8] && data.test.labels == [2, 0])
        #expect(data.train.labels == [0, 1, 2])
    }

    @Test func `the key tells all settings apart`() throws {
        let other = try folder.write("other", Array("0\n1\n".utf8))
        let changes: [(inout CSV.Reading) -> Void] = [
            { _ in }, { $0.testFraction = 0.1 }, { $0.testSamples = 0 }, { $0.label = "0" },
            { $0.targets = ["0"] }, { $0.client = "0" }, { $0.ignored = ["0"] },
            { $0.standardizes = false }, { $0.standardizesTarget = false }, { $0.order = other },
            { $0.testFile = other },
        ]
        let keys = try changes.map { try CSV(reading("1,2\n3,4\n", $0)).contentKey(seed: 1) }
        #expect(Set(keys).count == keys.count)
        #expect(try CSV(reading("1,2\n3,5\n")).contentKey(seed: 1) != keys[0])
        #expect(try CSV(reading("1,2\n3,4\n")).contentKey(seed: 2) != keys[0])
        // Nothing is drawn where the test rows are given.
        let given = try reading("1,2\n3,4\n") { $0.testFile = other }
        #expect(try CSV(given).contentKey(seed: 1) == CSV(given).contentKey(seed: 2))
    }

    @Test func `the patients of the Parkinson data own their recordings`() throws {
        var reading = CSV.Reading(
            file: "\(SourceTree.root)/Scenarios/data/parkinsons-telemonitoring.csv.gz")
        (reading.targets, reading.ignored) = (["total_UPDRS"], ["motor_UPDRS"])
        reading.client = "subject#"
        let data = try CSV(reading).decode(seed: 1)
        #expect(data.sampleShape == [19])
        #expect(data.train.targets.count == 4_700 && data.test.targets.count == 1_175)
        #expect(data.owners?.names == (1...42).map(String.init))
        // The deviation of all 5,875 scores is 10.6994 (its source says so); of a sample, about that.
        #expect(abs(data.targetScale - 10.7) < 0.15)
    }
}
