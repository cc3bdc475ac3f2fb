import Datasets
import TestSupport

// Readers of the files of other libraries.
extension FuzzTarget {
    /// Reads some of the files that other libraries wrote.
    static func written(_ names: [String]) throws -> [[UInt8]] {
        try names.map { try SourceTree.bytes(of: "Tests/Files/\($0)") }
    }

    /// LIBSVM text. The first byte says what a scenario says of it.
    static func sparseRows() throws -> FuzzTarget {
        let folder = try TemporaryFolder()
        let texts = try written(["svmlight/one.txt", "svmlight/odd.txt", "svmlight/queries.txt"])
        let seeds = texts.flatMap { text in
            [UInt8(0), 5, 10].map { choice -> [UInt8] in [choice] + text }
        }
        let words = [
            ":", " 1:", "qid:", "#", "\n", "\r\n", "1e38", "1e999", "-", "+", ".", "0:0",
            "16777216:1",
            "99999999999999999999",
        ]
        return FuzzTarget("sparse-rows", seeds: seeds, words: words) { input in
            guard let choice = input.first else { return }
            var reading = SVMLight.Reading(file: try folder.write("t", Array(input.dropFirst())))
            reading.predictsNumbers = choice & 1 != 0
            reading.owners = choice & 2 != 0 ? .queries : .none
            reading.standardizes = choice & 4 != 0
            if choice & 8 != 0 { reading.firstColumn = .zero }
            if choice & 16 != 0 { reading.features = 5 }
            try check(SVMLight(reading))
        }
    }

    /// NumPy archives. The first byte says what a scenario says of them.
    static func arrays() throws -> FuzzTarget {
        let folder = try TemporaryFolder()
        let files = try written([
            "npz/u1.npz", "npz/little-f2.npz", "npz/texts.npz", "npz/keras.npz", "npz/fortran.npz",
            "npz/version-3.npz", "npz/objects.npz",
        ])
        let seeds = files.flatMap { file in
            [UInt8(0), 3].map { choice -> [UInt8] in [choice] + file }
        }
        let words = ["'|O'", "'<f8'", "'>i2'", "(", ",)", "True", "False", "PK\u{3}\u{4}", "'<U9'"]
        return FuzzTarget("arrays", seeds: seeds, words: words) { input in
            guard let choice = input.first else { return }
            var reading = NPZ.Reading(file: try folder.write("t.npz", Array(input.dropFirst())))
            reading.bytesArePixels = choice & 1 != 0
            reading.standardizes = choice & 2 != 0
            reading.predictsNumbers = choice & 4 != 0
            if choice & 8 != 0 { reading.shape = [6] }
            try check(NPZ(reading))
        }
    }

    /// LEAF's JSON. The first byte says which part the input is.
    static func leaf() throws -> FuzzTarget {
        let folder = try TemporaryFolder()
        let files = try written(
            ["numbers", "speech"].flatMap { name in
                ["train/all_data_0.json", "train/all_data_1.json", "test/all_data_0.json"].map {
                    "leaf/\(name)/\($0)"
                }
            })
        let seeds = files.flatMap { file in
            [UInt8(0), 1].map { choice -> [UInt8] in [choice] + file }
        }
        let words = [
            "\"users\":", "\"num_samples\":", "\"user_data\":", "\"x\":", "\"y\":", "[[", "]]",
            "\\u", "\\ud83d\\ude00", "1e999", "NaN", "{\"a\":", "[[[[[[[[[[",
        ]
        return FuzzTarget("leaf", seeds: seeds, words: words) { input in
            guard let choice = input.first else { return }
            let isTest = choice & 1 != 0
            let good = files[choice & 2 == 0 ? 0 : 3]
            let text = Array(input.dropFirst())
            try folder.write("train/a.json", isTest ? good : text)
            try folder.write("test/a.json", isTest ? text : good)
            try check(LEAF(folder: folder.path, vocabulary: choice & 4 == 0 ? 80 : 3))
        }
    }

    /// PNG and JPEG images.
    static func pictures() throws -> FuzzTarget {
        let folder = try TemporaryFolder()
        let files = try written(
            SourceTree.files(in: "Tests/Files/images", endings: ["png", "jpg", "jpeg"]).map {
                String($0.dropFirst("Tests/Files/".count))
            })
        try folder.write("a/good.png", files[0])
        let words = ["IHDR", "PLTE", "tRNS", "IDAT", "IEND", "gAMA", "iCCP"]
        return FuzzTarget("pictures", seeds: files, words: words) { input in
            try folder.write("b/x.png", input)
            try check(
                ImageFolder(
                    folder: folder.path, size: [5, 4], channels: input.count % 2 == 0 ? 1 : 3,
                    test: TestShare(samples: 0)))
        }
    }
}
