import TestSupport
import Testing

extension `The program` {
    /// Each data set whose files users bring: what is wrong with them is told in one message.
    @Suite struct `Bad tables, texts and images are refused` {
        private static let refusal = `A bad scenario is refused`.self

        /// Runs a scenario with this data set and expects the message, in which FOLDER is its folder.
        private static func expect(
            _ dataset: String, _ files: [(name: String, bytes: [UInt8])], skew: String = "iid",
            model: String = "softmax_regression", place: String = "2:12", _ message: String
        ) throws {
            let folder = try TemporaryFolder()
            try folder.write(
                "bad.yaml",
                """
                data:
                  dataset: { \(dataset) }
                  skew: \(skew)
                clients: { count: 3, per_round: 2 }
                model: \(model)
                training: { rounds: 1 }
                """)
            for (name, bytes) in files { try folder.write(name, bytes) }
            try refusal.expectRefusal(
                ["run", "bad.yaml"], in: folder,
                "bad.yaml:\(place): error: " + message.replacing("FOLDER", with: folder.path))
        }

        @Test(arguments: [
            (
                "1,2,0\n3,4\n",
                "line 2: expected 3 cells, as in line 1, found 2; cells are separated by commas"
                    + " (data.dataset.separator); remove line 1 or start it with '#' if it is not a"
                    + " row"
            ),
            (
                "a,b,c\n1,2,0\n3,x,1\n",
                "line 3, column 1 ('b'): expected a number, found 'x'; name a column of words"
                    + " in data.dataset.one_hot, and one that is not for the model in"
                    + " data.dataset.ignore"
            ),
            ("1,2,0\n3,inf,1\n", "line 2, column 1: expected a finite float32 number, found 'inf'"),
            ("", "expected a row of numbers, found no row"),
        ])
        func `a table`(text: String, message: String) throws {
            try Self.expect(
                "kind: csv, file: t.csv", [("t.csv", Array(text.utf8))], "FOLDER/t.csv: \(message)")
        }

        @Test func `a table without the column that is predicted`() throws {
            try Self.expect(
                "kind: csv, file: t.csv, target: pricee",
                [("t.csv", Array("size,price\n1,2\n".utf8))], model: "linear_regression",
                "FOLDER/t.csv: data.dataset.target: expected one of the columns size, price,"
                    + " found 'pricee'; did you mean 'price'?")
        }

        @Test func `no file at all`() throws {
            try Self.expect(
                "kind: csv", [], place: "2:3",
                "data.dataset.file: expected the table, packed or not; a pattern such as"
                    + " clients/*.csv for several, found no value; add the key")
            try Self.expect(
                "kind: csv, file: no.csv", [],
                "FOLDER/no.csv: expected hyperfed to open it, found an error (No such file or"
                    + " directory, errno 2)")
        }

        @Test func `an empty text, and a corrupt gzip`() throws {
            try Self.expect(
                "kind: shakespeare, file: text", [("text", [])],
                "FOLDER/text: expected a text, found an empty file")
            try Self.expect(
                "kind: shakespeare, file: text",
                [("text", [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 7, 7, 7, 7, 7])],
                "FOLDER/text: expected a gzip file, found damaged data (invalid block type)")
            try Self.expect(
                "kind: csv, file: t", [("t", [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 1, 5, 0])],
                "FOLDER/t: expected a whole gzip file, found one without its end")
        }

        @Test func `fewer roles than clients`() throws {
            let line = "Anna:\nWhat should I say here?\n\n"
            let text = line + line.replacing("Anna", with: "Bob")
            try Self.expect(
                "kind: shakespeare, file: text, sequence_length: 5", [("text", Array(text.utf8))],
                skew: "natural", place: "4:19",
                "expected at most 2 clients, as roles with training samples, found 3; use fewer"
                    + " clients")
        }

        @Test func `owners that nobody named`() throws {
            try Self.expect(
                "kind: digits", [], skew: "natural", place: "3:9",
                "expected samples with owners for natural, found none;"
                    + " use iid, dirichlet or shards, or name the owners: a column or an array in"
                    + " data.dataset.client of csv or npz, or data.dataset.owners of svmlight")
        }

        @Test func `numbers for a skew by classes`() throws {
            try Self.expect(
                "kind: csv, file: t, target: 1", [("t", Array("1,2\n2,3\n3,4\n4,5\n5,6\n".utf8))],
                skew: "dirichlet", model: "linear_regression", place: "3:9",
                "expected samples with a class for dirichlet, found targets that are numbers; use"
                    + " iid, or natural if the data name owners")
        }

        @Test func `images of CIFAR-10 of a wrong length`() throws {
            let record = [UInt8](repeating: 1, count: 3_073)
            try Self.expect(
                "kind: cifar10, folder: c",
                [("c/data_batch_1.bin", record), ("c/test_batch.bin", record + [1, 2])],
                "FOLDER/c/test_batch.bin: expected records of 3,073 bytes, found 3,075 bytes (record"
                    + " 1 has only 2)"
            )
        }

        @Test func `labels outside the classes`() throws {
            func idx(_ numbers: [Int], _ bytes: [UInt8]) -> [UInt8] {
                numbers.flatMap { number in
                    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
                } + bytes
            }
            let images = idx([2_051, 3, 1, 1], [1, 2, 3])
            try Self.expect(
                "kind: mnist_idx, folder: m",
                [
                    ("m/train-images-idx3-ubyte", images), ("m/t10k-images-idx3-ubyte", images),
                    ("m/train-labels-idx1-ubyte", idx([2_049, 3], [0, 1, 2])),
                    ("m/t10k-labels-idx1-ubyte", idx([2_049, 3], [0, 3, 2])),
                ],
                "FOLDER/m/t10k-labels-idx1-ubyte: sample 1: expected a label from 0 to 2, as in the"
                    + " training split, found 3")
        }
    }

    /// Two runs that start at once on a cold cache build the same data set and partition.
    @Suite(.slow) struct `Two builders at once` {
        @Test func `both run, and give the same bits`() throws {
            let folder = try TemporaryFolder()
            // A data set that no other test has put into the cache.
            try folder.write(
                "cold.yaml",
                """
                data:
                  dataset: { kind: synthetic, alpha: 0.123, owners: 40 }
                  skew: natural
                  seed: 99
                clients: { count: 40, per_round: 5, processes: 2 }
                training: { rounds: 2 }
                """)
            let programs = try (1...3).map { number in
                try HyperfedProgram.start(
                    ["run", "cold.yaml", "--quiet", "--output", "out\(number)"], in: folder)
            }
            for program in programs {
                let ending = try program.end(within: 60)
                #expect(ending.exitCode == 0 && ending.errors == "")
            }
            let runs = try (1...3).map { try RunFiles(folder, "out\($0)") }
            #expect(runs[1].difference(from: runs[0]) == nil)
            #expect(runs[2].difference(from: runs[0]) == nil)
        }
    }
}
