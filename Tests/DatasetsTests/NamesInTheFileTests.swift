import Datasets
import Testing

/// Names of classes and notes are kept in the data set's file.
@Suite struct `Names and notes in a data set's file` {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    // The cache finds a table by its content, whatever its name is.
    @Test func `a run that finds its data in the cache is told the same`() throws {
        let text =
            ",a,who,y\n" + (0..<40).map { "\($0),\($0).5,p\($0 % 3),c\($0 % 2)\n" }.joined()
        let cache = DataCache(folder: "\(folder.path)/cache")
        var subjects: Set<String> = []
        for name in ["first", "second"] {
            let file = try folder.write(name, Array(text.utf8))
            var reading = CSV.Reading(file: file)
            reading.client = "who"
            let source = CSV(reading)
            let dataset = try cache.open(source, seed: 1).dataset
            #expect(dataset.classNames == ["c0", "c1"])
            #expect(dataset.trainingSamples.ownerNames == ["p0", "p1", "p2"])
            let notes = source.notes(of: dataset)
            #expect(notes.map(\.severity) == [.information, .warning])
            #expect(notes.allSatisfy { $0.text.hasPrefix("\(file): ") })
            subjects.formUnion(notes.map(\.subject))
        }
        #expect(try folder.names().contains("cache") && subjects.count == 4)
    }

    @Test func `classes may have any names, and none`() throws {
        func dataset(_ names: [String]?) throws -> Dataset {
            let samples = DecodedDataset.Samples(features: .floats([1, 2]), labels: [0, 1])
            return try Dataset(
                DecodedDataset(
                    sampleShape: [1], classes: 2, train: samples, test: samples, classNames: names))
        }
        #expect(try dataset(nil).classNames == nil)
        #expect(try dataset(["", "ü\n"]).classNames == ["", "ü\n"])
        #expect(try dataset(["a\0b", "c"]).classNames == ["a\u{FFFD}b", "c"])
    }
}
