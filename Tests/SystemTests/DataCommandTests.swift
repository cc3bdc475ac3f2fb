import Foundation
import TestSupport
import Testing

extension `The program` {
    /// `hyperfed data` says what is in the files of a scenario.
    @Suite struct `Data are described` {
        private func run(
            _ dataset: String, _ words: [String] = [], in folder: TemporaryFolder
        ) throws -> HyperfedProgram.Ending {
            try folder.write(
                "s.yaml",
                """
                data: { dataset: { \(dataset) }, skew: iid }
                clients: { count: 2, per_round: 2 }
                model: softmax_regression
                training: { rounds: 1 }
                """)
            return try HyperfedProgram.run(["data", "s.yaml"] + words, in: folder)
        }

        @Test func `a table: counts, ranges, constant and equal columns`() throws {
            let folder = try TemporaryFolder()
            try folder.write(
                "t.csv", "a,b,c,d,who,label\n1,7,1,0,x,u\n3,7,3,0,x,v\n5,7,5,1,y,u\n3,7,3,9,y,v\n")
            let ending = try run(
                "kind: csv, file: t.csv, client: who, test_samples: 0", in: folder)
            #expect(ending.exitCode == 0)
            for line in [
                "data set: csv, 4 training samples and 0 test samples",
                "a sample: shape [4], float32",
                "values before scaling: 0.0 to 9.0 in the training samples",
                "features with one value in all training samples: 1 (1)",
                "features equal to an earlier one: 1 (2 = 0)", "classes: 2 (name: training, test)",
                "  u: 2, 0",
                "owners: 2 values in column 'who', 2 to 2 training samples each, median 2",
            ] { #expect(ending.output.contains(line + "\n"), "\(line)\n\(ending.output)") }
        }

        @Test func `a text: its symbols as they are, long ones cut`() throws {
            let folder = try TemporaryFolder()
            let long = String(repeating: "x", count: 50)
            try folder.write("t.txt", "i'll i'll i'll a\\n a\\n \(long) \"o\" u\u{200B}v\n")
            let ending = try run(
                "kind: text, train: t.txt, length: 2, test_fraction: 0", in: folder)
            #expect(ending.exitCode == 0, "\(ending.errors)")
            let cut = String(repeating: "x", count: 37) + "..."
            for name in ["i'll", "a\\n", cut, "\"o\"", "u\\u{200B}v"] {
                #expect(ending.output.contains("\n  \(name): "), "\(name)\n\(ending.output)")
            }
            #expect(ending.output.contains("owners: 1 file, 4 to 4 training samples each"))
            #expect(!ending.output.contains("features"))
        }

        @Test func `pictures of the built-in digits are written`() throws {
            let folder = try TemporaryFolder()
            let ending = try run("kind: digits", ["--picture", "d.png"], in: folder)
            #expect(ending.exitCode == 0 && ending.output.hasSuffix("picture: d.png\n"))
            #expect(ending.output.contains("values after scaling: 0.0 to 1.0 in the training"))
            #expect(try folder.bytes("d.png").starts(with: [0x89, 0x50, 0x4E, 0x47]))
            try folder.write("d.svg", "mine")
            let refused = try run("kind: digits", ["--picture", "d.svg"], in: folder)
            #expect(refused.exitCode == 2 && folder.text("d.svg") == "mine")
            #expect(
                refused.errors
                    == "error: --picture: expected a new file, found d.svg; choose another name, or"
                    + " add --overwrite to replace it\n", "\(refused.errors)")
            let drawing = try run(
                "kind: digits", ["--picture", "d.svg", "--overwrite"], in: folder)
            #expect(drawing.exitCode == 0 && folder.text("d.svg").contains(">9</text>"))
        }

        @Test func `samples without a height and a width have no picture`() throws {
            let folder = try TemporaryFolder()
            let ending = try run(
                "kind: gaussian_clusters", ["--picture", "d.png"], in: folder)
            #expect(ending.exitCode == 2)
            #expect(ending.errors.contains("found samples of shape [20]"))
            let other = try run("kind: digits", ["--picture", "d.gif"], in: folder)
            #expect(other.exitCode == 2 && other.errors.contains("ends with .png or .svg"))
        }

        @Test func `a damaged file is refused at its place in the scenario`() throws {
            let folder = try TemporaryFolder()
            try folder.write("t.txt", "1 1:2\n0 2:x\n")
            let ending = try run("kind: svmlight, file: t.txt", in: folder)
            #expect(ending.exitCode == 2)
            #expect(
                ending.errors.contains("t.txt:2:5: expected a number after '2:', found 'x'"))
            #expect(ending.errors.hasPrefix("s.yaml:1:18: error: "))
        }
    }
}
