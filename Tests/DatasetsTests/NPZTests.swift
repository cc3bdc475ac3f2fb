import Datasets
import Testing

@Suite struct NPZTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// A `.npy` file of version 1.
    static func array(_ kind: String, _ shape: String, _ values: [UInt8]) -> [UInt8] {
        let header = Array("{'descr': \(kind), 'fortran_order': False, 'shape': \(shape), }\n".utf8)
        return [0x93] + Array("NUMPY".utf8)
            + [1, 0, UInt8(header.count % 256), UInt8(header.count / 256)]
            + header + values
    }

    static let x = array("'|u1'", "(4, 2)", [1, 2, 3, 4, 5, 6, 7, 8])
    static let y = array("'<i4'", "(4,)", [0, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0])

    private func write(_ members: [(String, [UInt8])]) throws -> String {
        try folder.write("t.npz", ZipFiles.archive(members))
    }

    private func decoded(
        _ members: [(String, [UInt8])], _ change: (inout NPZ.Reading) -> Void = { _ in }
    ) throws -> DecodedDataset {
        var reading = NPZ.Reading(file: try write(members))
        reading.test = TestShare(samples: 1)
        change(&reading)
        return try NPZ(reading).decode(seed: 0)
    }

    private func message(_ decode: () throws -> DecodedDataset) -> String {
        do {
            _ = try decode()
            return "no error"
        } catch {
            return "\(error)".replacing(folder.path, with: "FOLDER")
        }
    }

    @Test func `bytes are pixels, or numbers`() throws {
        let members = [("x.npy", Self.x), ("y.npy", Self.y)]
        let pixels = try decoded(members)
        #expect(pixels.sampleShape == [2] && pixels.classNames == ["0", "5"])
        guard case .bytes(let bytes) = pixels.train.features else {
            Issue.record("no pixels")
            return
        }
        #expect(bytes.count == 6 && pixels.test.labels.count == 1)
        let numbers = try decoded(members) {
            $0.bytesArePixels = false
            $0.test = TestShare(samples: 0)
        }
        #expect(numbers.train.features == .floats([1, 2, 3, 4, 5, 6, 7, 8]))
    }

    @Test func `shapes, channels and names are chosen`() throws {
        let image = Self.array("'|u1'", "(2, 2, 1, 3)", (0..<12).map { $0 })
        let labels = Self.array("'|u1'", "(2,)", [1, 2])
        let data = try decoded([("a.npy", image), ("b.npy", labels)]) {
            ($0.names.x, $0.names.y, $0.channelsFirst) = ("a", "b", true)
            $0.test = TestShare(samples: 0)
        }
        #expect(data.sampleShape == [1, 3, 2])
        #expect(data.train.features == .bytes([0, 3, 1, 4, 2, 5, 6, 9, 7, 10, 8, 11]))
        let flat = try decoded([("a.npy", image), ("b.npy", labels)]) {
            ($0.names.x, $0.names.y, $0.shape) = ("a", "b", [6])
            $0.test = TestShare(samples: 0)
        }
        #expect(flat.sampleShape == [6] && flat.train.features == .bytes((0..<12).map { $0 }))
    }

    /// Rows of numbers with channels first, as in CIFAR's Python files.
    @Test func `rows of numbers become images with channels first`() throws {
        let rows = Self.array("'|u1'", "(2, 6)", (0..<12).map { $0 })
        let labels = Self.array("'|u1'", "(2,)", [1, 2])
        let data = try decoded([("x.npy", rows), ("y.npy", labels)]) {
            ($0.shape, $0.channelsFirst) = ([2, 1, 3], true)
            $0.test = TestShare(samples: 0)
        }
        #expect(data.sampleShape == [1, 3, 2])
        #expect(data.train.features == .bytes([0, 3, 1, 4, 2, 5, 6, 9, 7, 10, 8, 11]))
    }

    /// What is read in another way than its writer meant is told.
    @Test func `integers, axes and arrays that look wrong are told`() throws {
        func notes(
            _ kind: String, _ shape: String, _ values: [UInt8], more: [(String, [UInt8])] = [],
            _ change: (inout NPZ.Reading) -> Void = { _ in }
        ) throws -> [String] {
            let labels = Self.array("'|u1'", "(2,)", [1, 2])
            let x = Self.array(kind, shape, values)
            return try decoded([("x.npy", x), ("y.npy", labels)] + more) {
                $0.test = TestShare(samples: 0)
                change(&$0)
            }.notes.map(\.text)
        }
        func has(_ notes: [String], _ text: String) -> Bool { notes.contains { $0.contains(text) } }
        let large: [UInt8] = [1, 0, 0, 0, 0, 0, 0, 4]
        #expect(has(try notes("'<i4'", "(2, 1)", large), "found integers from 1.0 to 67108864.0"))
        #expect(has(try notes("'<i2'", "(2, 1, 1)", [9, 0, 7, 0]), "other integers from 0 to 9"))
        #expect(!has(try notes("'|u1'", "(2, 1, 1)", [9, 7]), "integers"))
        let pixels = [UInt8](repeating: 1, count: 2 * 5 * 8 * 8)
        #expect(has(try notes("'|u1'", "(2, 5, 8, 8)", pixels), "set data.dataset.channels: first"))
        let last = try notes("'|u1'", "(2, 8, 8, 5)", pixels) { $0.channelsFirst = true }
        #expect(has(last, "leave out data.dataset.channels: first"))
        let spare = Self.array("'|u1'", "(1,)", [1])
        #expect(
            has(
                try notes("'|u1'", "(2, 1)", [1, 2], more: [("x_val.npy", spare)]),
                "these arrays are not read: x_val"))
    }

    @Test func `test samples in two places, and owners without a name, are refused`() throws {
        let tests = [("x_test.npy", Self.x), ("y_test.npy", Self.y)]
        let members = [("x.npy", Self.x), ("y.npy", Self.y)]
        let other = try folder.write("other.npz", ZipFiles.archive(members))
        #expect(
            message { try decoded(members + tests) { $0.testFile = other } }
                == "FOLDER/t.npz: expected no test samples beside data.dataset.test_file, found the"
                + " array x_test; remove the key, or the array")
        let owners = Self.array(
            "'<f4'", "(4,)", Array(repeating: [0, 0, 0xC0, 0x7F], count: 4).flatMap { $0 })
        #expect(
            message { try decoded(members + [("client.npy", owners)]) }
                == "FOLDER/t.npz, array client: expected a number or a text for each owner, found"
                + " nan for sample 0")
    }

    /// Identifiers of 64 bits that doubles would round to one number.
    @Test func `long numbers of owners are exact, and long labels are refused`() throws {
        let long: [UInt8] = (1...4).flatMap { [$0 / 2, 0, 0, 0, 0, 0, 0, 0x40] }
        let owners = Self.array("'<u8'", "(4,)", long)
        let members = [("x.npy", Self.x), ("y.npy", Self.y)]
        let data = try decoded(members + [("client.npy", owners)]) {
            $0.test = TestShare(samples: 0)
        }
        let names = (0..<3).map { "\((1 << 62) + $0)" }
        #expect(data.owners?.names == names && data.owners?.ofTrain == [0, 1, 1, 2])
        #expect(
            message { try decoded([("x.npy", Self.x), ("y.npy", owners)]) }
                == "FOLDER/t.npz, array y, sample 0: expected a label below 2^53, because larger ones"
                + " are rounded, found 4.611686018427388e+18; number the classes from 0")
    }

    @Test func `an archive with test arrays keeps its own parts`() throws {
        let file = "\(`Files of other writers are read back`.folder)/npz/keras.npz"
        let data = try NPZ(NPZ.Reading(file: file)).decode(seed: 0)
        #expect(data.train.labels.count == 4 && data.test.labels.count == 2)
        #expect(data.sampleShape == [3, 2, 1] && data.test.labels == [0, 1])
    }

    @Test func `pickled objects are refused in words`() {
        let file = "\(`Files of other writers are read back`.folder)/npz/objects.npz"
        let found = message { try NPZ(NPZ.Reading(file: file)).decode(seed: 0) }
        #expect(
            found.hasSuffix(
                "objects.npz, array x: expected an array of numbers or texts, found an array of "
                    + "Python objects (pickled), which could run any program; save it with a dtype "
                    + "of numbers, for example array.astype('float32')"))
    }

    @Test(arguments: [
        (
            x, array("'<i4'", "(2,)", [0, 0, 0, 0, 5, 0, 0, 0]),
            ", array y: expected 4 targets, as samples in x, found 2"
        ),
        (
            x, array("'<f8'", "(4, 3)", [UInt8](repeating: 0, count: 96)),
            ", array y: expected one label for each sample, found shape [4, 3]; for one-hot labels save y.argmax(axis=1); for numbers set data.dataset.predict: numbers"
        ),
        (
            array("'<c8'", "(4, 2)", []), y,
            ", array x: expected integers, floats of 2, 4 or 8 bytes, flags or texts, found the kind '<c8'; save it as array.astype('float32')"
        ),
        (
            array("[('a', '<f4')]", "(4,)", []), y,
            ", array x: expected an array of numbers, found one of records with several fields; save each field as an array"
        ),
        (
            array("'|u1'", "(4, 3)", [1]), y,
            ", array x: expected 12 bytes of numbers (shape [4, 3], |u1), found 1; copy the file again"
        ),
        (
            array("'|u1'", "(4, 99999999999)", [1]), y,
            ", array x: expected at most 1,073,741,824 numbers in an array, found shape (4 x 99,999,999,999)"
        ),
        (
            array("'<f4'", "(1, 2)", [0, 0, 0xC0, 0x7F, 0, 0, 0, 0]), y,
            ", array x: expected finite float32 numbers, found nan in sample 0 (number 0 of it); fill it in, or remove the sample"
        ),
        (
            array("'|u1'", "()", [1]), y,
            ", array x: expected numbers of one sample or more, shape (samples, ...), found shape []"
        ),
        ([1, 2, 3], y, ", array x: expected an array of NumPy (.npy), found 3 other bytes"),
        (
            array("'|u1'", "{}", [1]), y,
            ", array x: expected a header with descr, fortran_order and shape, found another text"
        ),
    ])
    func `arrays that do not fit are refused`(x: [UInt8], y: [UInt8], expected: String) {
        let found = message { try decoded([("x.npy", x), ("y.npy", y)]) }
        #expect(found == "FOLDER/t.npz" + expected)
    }

    @Test func `archives that are damaged are refused`() throws {
        let good = ZipFiles.archive([("x.npy", Self.x), ("y.npy", Self.y)])
        func message(_ bytes: [UInt8]) throws -> String {
            let file = try folder.write("t.npz", bytes)
            return self.message { try NPZ(NPZ.Reading(file: file)).decode(seed: 0) }
        }
        #expect(try message(good) == "no error")
        #expect(
            try message([])
                == "FOLDER/t.npz: expected a whole zip archive, found an empty file; copy the file again"
        )
        #expect(
            try message(good.dropLast(30)).contains("expected a whole zip archive, found"))
        var damaged = good
        damaged[60] ^= 1
        #expect(try message(damaged) != "no error")
        #expect(
            try message(Array("a,b\n1,2\n".utf8)).contains("expected a whole zip archive"))
        #expect(
            try message(ZipFiles.archive([("a.txt", [1])])).contains("a zip archive without any"))
        #expect(
            try message(ZipFiles.archive([("x.npy", Self.x), ("x.npy", Self.x)]))
                == "FOLDER/t.npz: expected arrays with different names, found one name twice")
        #expect(
            try message(ZipFiles.archive([("x.npy", Self.x)]))
                == "FOLDER/t.npz: expected an array y_train, Y_train, train_labels, y, Y, labels, target, "
                + "found x; name the array in data.dataset.y")
        #expect(try message(Self.x).contains("found a NumPy array (.npy)"))
        // A member that claims more bytes than deflate can make of its own.
        let bomb = ZipFiles.archive([("x.npy", Self.x), ("y.npy", Self.y)], claims: 1 << 30)
        #expect(try message(bomb).contains("unpacked bytes, found 1,073,741,824"))
    }
}

/// Makes zip archives of stored members.
enum ZipFiles {
    private static func little(_ value: Int, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }

    /// - Parameter claims: the unpacked size in all entries; the true one if not given.
    static func archive(_ members: [(String, [UInt8])], claims: Int? = nil) -> [UInt8] {
        var (all, entries): ([UInt8], [UInt8]) = ([], [])
        for (name, bytes) in members {
            let checksum = Array(IDXFiles.gzip(bytes).suffix(8).prefix(4))
            let sizes = little(bytes.count, 4) + little(claims ?? bytes.count, 4)
            let common =
                little(20, 2) + little(0, 8) + checksum + sizes + little(name.utf8.count, 2)
            entries += [0x50, 0x4B, 1, 2, 20, 0] + common + little(0, 12) + little(all.count, 4)
            entries += Array(name.utf8)
            all += [0x50, 0x4B, 3, 4] + common + little(0, 2) + Array(name.utf8) + bytes
        }
        let end =
            [0x50, 0x4B, 5, 6] + little(0, 4) + little(members.count, 2)
            + little(members.count, 2) + little(entries.count, 4) + little(all.count, 4)
        return all + entries + end + little(0, 2)
    }
}
