import Datasets
import TestSupport
import Testing

/// Files that other libraries wrote, and the numbers that they read back from them; see
/// Scripts/yardsticks/data_files.py.
@Suite struct `Files of other writers are read back` {
    static let folder = "\(SourceTree.root)/Tests/Files"
    static let expected = try? Oracle(path: "\(folder)/expected.json")

    static func cases(_ format: String) -> [Oracle.Node] { expected?[format].list ?? [] }

    @Test(arguments: cases("svmlight").map(NamedCase.init))
    func `LIBSVM text`(_ file: NamedCase) throws {
        var reading = SVMLight.Reading(file: "\(Self.folder)/\(file.name)")
        reading.test = TestShare(fraction: 0)
        let data = try SVMLight(reading).decode(seed: 0)
        #expect(data.sampleShape == [Int(file["width"].number)])
        #expect(data.train.features == .floats(file["x"].numbers.map { Float($0) }))
        let labels = data.train.labels.map { Double(data.classNames?[Int($0)] ?? "") }
        #expect(labels == file["y"].numbers)
    }

    @Test(arguments: cases("npz").map(NamedCase.init))
    func `NumPy archives`(_ file: NamedCase) throws {
        var reading = NPZ.Reading(file: "\(Self.folder)/\(file.name)")
        reading.test = TestShare(fraction: 0)
        let data = try NPZ(reading).decode(seed: 0)
        #expect(data.sampleShape == file["shape"].numbers.map { Int($0) })
        let values = file["x"].numbers
        switch data.train.features {
        case .floats(let floats): #expect(floats == values.map { Float($0) })
        case .bytes(let bytes): #expect(bytes == values.map { UInt8($0) })
        case .symbols, .wideSymbols: Issue.record("symbols")
        }
        #expect(data.train.labels == file["y"].numbers.map { Int32($0) })
    }

    @Test func `as many as the script writes`() {
        #expect(Self.cases("svmlight").count == 5 && Self.cases("npz").count == 16)
        #expect(Self.cases("leaf").count == 2 && Self.cases("images").count == 13)
    }
}

/// One entry of the file with the expected numbers.
struct NamedCase: CustomTestStringConvertible, Sendable {
    let node: Oracle.Node
    var name: String { node["file"].text + node["folder"].text }
    var testDescription: String { name }
    subscript(_ key: String) -> Oracle.Node { node[key] }

    init(_ node: Oracle.Node) { self.node = node }
}
