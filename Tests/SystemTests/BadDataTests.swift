import TestSupport
import Testing

extension `The program` {
    @Suite struct `Bad data files are refused` {
        private static let refusal = `A bad scenario is refused`.self

        /// A scenario with its data set in the folder `data` beside it.
        private static func folder(without missing: String? = nil, cut: String? = nil) throws
            -> TemporaryFolder
        {
            let folder = try TemporaryFolder()
            try folder.write(
                "bad.yaml",
                """
                data:
                  dataset: { kind: fashion_mnist, folder: data }
                clients: { count: 2, per_round: 2 }
                training: { rounds: 1 }
                """)
            for (name, samples) in [("train", 12), ("t10k", 4)] {
                let labels = (0..<samples).map { UInt8($0 % 10) }
                let files = [
                    ("\(name)-images-idx3-ubyte", words(2051, samples, 3, 2) + pixels(samples * 6)),
                    ("\(name)-labels-idx1-ubyte", words(2049, samples) + labels),
                ]
                for (file, bytes) in files where file != missing {
                    try folder.write("data/\(file)", file == cut ? bytes.dropLast() : bytes)
                }
            }
            return folder
        }

        private static func words(_ values: Int...) -> [UInt8] {
            values.flatMap { value in
                [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
            }
        }

        private static func pixels(_ count: Int) -> [UInt8] {
            (0..<count).map { UInt8($0 * 37 % 256) }
        }

        @Test func `while sound ones are read`() throws {
            let folder = try Self.folder()
            let ending = try HyperfedProgram.run(
                ["run", "bad.yaml", "--quiet", "--output", "result"], in: folder)
            #expect(ending.exitCode == 0)
            #expect(ending.errors == "")
        }

        @Test(arguments: [
            ("train-images-idx3-ubyte", 88, "12 x 3 x 2"), ("train-labels-idx1-ubyte", 20, "12"),
            ("t10k-images-idx3-ubyte", 40, "4 x 3 x 2"), ("t10k-labels-idx1-ubyte", 12, "4"),
        ])
        func `truncated`(file: String, bytes: Int, header: String) throws {
            let folder = try Self.folder(cut: file)
            try Self.refusal.expectRefusal(
                ["run", "bad.yaml"], in: folder,
                "bad.yaml:2:12: error: \(folder.path)/data/\(file):"
                    + " expected \(bytes) bytes, as the header says (\(header)), found only"
                    + " \(bytes - 1)")
        }

        @Test func `one missing`() throws {
            let folder = try Self.folder(without: "t10k-labels-idx1-ubyte")
            try Self.refusal.expectRefusal(
                ["run", "bad.yaml"], in: folder,
                "bad.yaml:2:12: error: \(folder.path)/data: expected the file"
                    + " t10k-labels-idx1-ubyte.gz of Fashion-MNIST, found no such file; install it"
                    + " with 'apt-get install dataset-fashion-mnist', or name the folder of its four"
                    + " IDX files in data.dataset.folder")
        }

        @Test func `all missing`() throws {
            let folder = try TemporaryFolder()
            try folder.write("bad.yaml", "data: { dataset: { kind: fashion_mnist, folder: no } }")
            try Self.refusal.expectRefusal(
                ["run", "bad.yaml"], in: folder,
                "bad.yaml:1:18: error: \(folder.path)/no: expected Fashion-MNIST, found none of"
                    + " its files; install it with 'apt-get install dataset-fashion-mnist', or name the folder"
                    + " of its four IDX files in data.dataset.folder")
        }
    }
}
