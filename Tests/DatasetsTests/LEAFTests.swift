import Datasets
import TestSupport
import Testing

@Suite struct LEAFTests {
    let folder: TestSupport.TemporaryFolder

    init() throws { folder = try TestSupport.TemporaryFolder() }

    private static let good =
        #"{"users": ["a"], "num_samples": [2], "user_data": {"a": {"x": [[1, 2], [3, 4]], "y": [0, 1]}}}"#

    private func message(_ train: String, test: String = good) throws -> String {
        try folder.write("train/all.json", train)
        try folder.write("test/all.json", test)
        do {
            _ = try LEAF(folder: folder.path).decode(seed: 0)
            return "no error"
        } catch {
            return "\(error)".replacing(folder.path, with: "FOLDER")
        }
    }

    @Test func `a user who is in the list twice is refused`() throws {
        let twice = Self.good.replacing(
            #"["a"], "num_samples": [2]"#, with: #"["a", "a"], "num_samples": [2, 2]"#)
        #expect(
            try message(twice)
                == "FOLDER/train/all.json: expected each user once in the list users, found 'a' twice"
        )
    }

    @Test(arguments: `Files of other writers are read back`.cases("leaf").map(NamedCase.init))
    func `files as json.dump writes them are read back`(_ file: NamedCase) throws {
        let path = "\(`Files of other writers are read back`.folder)/\(file.name)"
        let data = try LEAF(folder: path).decode(seed: 0)
        #expect(data.owners?.names == file["owners"].list.map(\.text))
        #expect(data.owners?.ofTrain == [0, 0, 0, 1, 1, 2, 2, 2, 2])
        let names = try #require(data.classNames)
        for (part, x, y) in [(data.train, "x", "y"), (data.test, "test_x", "test_y")] {
            switch part.features {
            case .floats(let values):
                #expect(values == file[x].numbers.map { Float($0) })
                #expect(part.labels.map { Double(names[Int($0)]) } == file[y].numbers)
            case .symbols(let values):
                let text = values.map { names[Int($0)] }.joined()
                #expect(text == file[x].list.map(\.text).joined())
                #expect(part.labels.map { names[Int($0)] } == file[y].list.map(\.text))
            case .bytes, .wideSymbols: Issue.record("pixels or words")
            }
        }
    }

    @Test func `samples have the shape of the scenario`() throws {
        #expect(try message(Self.good) == "no error")
        let data = try LEAF(folder: folder.path, shape: [1, 2, 1]).decode(seed: 0)
        #expect(data.sampleShape == [1, 2, 1])
        #expect(throws: DataError.self) {
            try LEAF(folder: folder.path, shape: [3]).decode(seed: 0)
        }
    }

    @Test func `long files are read through a small buffer`() throws {
        // More than the buffer of a megabyte, with values across its borders.
        let count = 18_000
        let row = (0..<20).map { "0.\(12_345 + $0)" }.joined(separator: ",\n ")
        let rows = [String](repeating: "[\(row)]", count: count).joined(separator: ", ")
        let labels = (0..<count).map { "\($0 % 3)" }.joined(separator: ",")
        let text = #"{"user_data": {"a": {"y": [\#(labels)], "x": [\#(rows)]}}}"#
        #expect(text.utf8.count > 3 << 20)
        let test = #"{"user_data": {"a": {"y": [], "x": []}}}"#
        #expect(try message(text, test: test) == "no error")
        let data = try LEAF(folder: folder.path).decode(seed: 0)
        let expected = (0..<20).map { Float(Double("0.\(12_345 + $0)") ?? 0) }
        #expect(data.train.features == .floats((0..<count).flatMap { _ in expected }))
        // A mistake near the end has the right place.
        let broken = text.replacing("\"x\": [", with: "\n\"x\": [").dropLast(4) + "x]}}}"
        #expect(try message(String(broken)).contains("train/all.json:342002:"))
    }

    @Test(arguments: [
        ("", ": expected LEAF's JSON, found an empty file"),
        ("[1]", ":1:1: expected '{', found '[1]'"),
        (
            "{\"users\": [\"a\"], \"num_samples\": [1]}",
            ": expected LEAF's keys users, num_samples and user_data, found no user_data"
        ),
        (
            good.replacing("[3, 4]", with: "[3]"),
            ":1:79: expected 2 numbers in a sample, as in the first one, found 1 before this place"
        ),
        (good.replacing("4]", with: "x]"), ":1:78: expected a number, found 'x]],'"),
        (good.replacing("4]", with: "NaN]"), ":1:78: expected a number, found 'NaN]],'"),
        (
            good.replacing("4]", with: "1e99]"),
            ":1:78: expected a finite float32 number, found '1e99]],'"
        ),
        (
            good.replacing("[0, 1]", with: "[0]"),
            ":1:92: expected lists x and y of one length for user 'a', found 2 samples and 1 label"
        ),
        (
            good.replacing("[0, 1]", with: "[0, 0.5]"),
            ":1:96: expected a label that is a whole number, found 0.5 before this place"
        ),
        (
            good.replacing("[2]", with: "[3]"),
            ": user 'a': expected 3 samples (num_samples), found 2 samples; make the file again"
        ),
        (
            good.replacing("[\"a\"]", with: "[\"a\", \"b\"]"),
            ": expected data of each user, found none of user 'b'; make the file again"
        ),
        (
            good.replacing("[\"a\"]", with: "[\"b\"]"),
            ": expected each user of user_data in the list users, found 'a' in user_data only"
        ),
        (
            good.replacing("[[1, 2], [3, 4]]", with: "[[\"a\"], [\"b\"]]"),
            ":1:65: expected a number, found '\"a\"],'; lists of texts, as in LEAF's Sent140 and Reddit, are not read"
        ),
        (
            good.replacing("[[1, 2], [3, 4]]", with: "[\"0001.jpg\", \"0002.jpg\"]"),
            ":1:74: expected numbers or a text as a sample, found the name of a picture, '0001.jpg', before this place; LEAF's CelebA is not read; put the pictures into a folder for each class, and use data.dataset.kind: images"
        ),
        (
            good.replacing("[[1, 2], [3, 4]]", with: "[1, 2]"),
            ":1:64: expected a sample: a list of numbers, or a text, found '1,'; lists of texts and names of pictures are not read"
        ),
        (String(good.dropLast(2)), ":1:98: expected '}' or ',', found the end of the text"),
        (good + "{}", ":1:99: expected the end of the text, found '{}'"),
    ])
    func `mistakes are told with line and column`(text: String, expected: String) throws {
        // The columns differ by where the text ends; the words and the file are exact.
        let found = try message(text)
        let column = /:1:\d+:/
        #expect(
            found.replacing(column, with: ":1:_:")
                == ("FOLDER/train/all.json" + expected).replacing(column, with: ":1:_:"))
    }

    // What could go wrong: LEAF's own files are refused, since split_data.py counts the 79 samples
    // between the parts of Shakespeare as samples for testing.
    @Test func `num_samples of Shakespeare may count 79 samples more`() throws {
        let text = Self.good.replacing(
            "[[1, 2], [3, 4]], \"y\": [0, 1]", with: "[\"ab\", \"ba\"], \"y\": [\"a\", \"b\"]")
        #expect(try message(text, test: text.replacing("[2]", with: "[81]")) == "no error")
        #expect(try LEAF(folder: folder.path).decode(seed: 0).test.labels.count == 2)
        #expect(
            try message(text, test: text.replacing("[2]", with: "[80]"))
                == "FOLDER/test/all.json: user 'a': expected 80 samples (num_samples), found 2 samples;"
                + " make the file again")
        #expect(
            try message(Self.good.replacing("[2]", with: "[81]")).contains("expected 81 samples"))
    }

    @Test func `numbers as labels of texts are refused`() throws {
        let text = Self.good.replacing("[[1, 2], [3, 4]]", with: "[\"ab\", \"cd\"]")
        #expect(
            try message(text, test: text)
                == "FOLDER/train/all.json: expected labels that are characters, since samples are"
                + " texts, found numbers")
    }

    @Test func `packed files are read, but not beside plain ones`() throws {
        try folder.write("train/a.json.gz", IDXFiles.gzip(Array(Self.good.utf8)))
        try folder.write("test/b.json", Self.good)
        let source = LEAF(folder: folder.path)
        let data = try source.decode(seed: 0)
        #expect(data.train == data.test && data.train.features == .floats([1, 2, 3, 4]))
        #expect(source.fileNotes().isEmpty)
        try folder.write("train/a.json", Self.good.replacing("3, 4", with: "3, 5"))
        #expect(try source.decode(seed: 0).train.features == .floats([1, 2, 3, 5]))
        #expect(source.fileNotes().map(\.text).contains { $0.contains("same content in") })
        let cut = try TestSupport.TemporaryFolder()
        try cut.write("train/a.json.gz", IDXFiles.gzip(Array(Self.good.utf8)).dropLast(9))
        try cut.write("test/b.json", Self.good)
        #expect(
            throws: DataError.damaged(
                path: "\(cut.path)/train/a.json.gz",
                reason: "expected a whole gzip file, found one without its end")
        ) { try LEAF(folder: cut.path).decode(seed: 0) }
    }

    @Test func `missing and doubled parts are refused`() throws {
        let path = folder.path
        func message() -> String {
            do {
                _ = try LEAF(folder: path).decode(seed: 0)
                return "no error"
            } catch {
                return "\(error)".replacing(path, with: "FOLDER")
            }
        }
        #expect(message().hasPrefix("FOLDER: expected LEAF's folders train and test, found none"))
        try folder.write("data/train/a.json", Self.good)
        #expect(
            message().hasPrefix(
                "FOLDER/data: expected the file test/*.json of LEAF's data, found no such file"))
        try folder.write("data/test/a.json", Self.good)
        #expect(message() == "no error")
        try folder.write("data/train/b.json", Self.good)
        #expect(message().contains("train/b.json:1:") && message().contains("found 'a' again"))
    }
}
