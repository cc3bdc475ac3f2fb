import Datasets
import Testing

/// Files of other formats under the name of a table are told by what is in them.
@Suite struct `Files that are no tables` {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func message(_ bytes: [UInt8]) throws -> String {
        let file = try folder.write("t.csv", bytes)
        do {
            _ = try CSV(CSV.Reading(file: file)).decode(seed: 0)
            return "no error"
        } catch {
            return "\(error)".replacing(folder.path, with: "FOLDER")
        }
    }

    static let binary: [(start: [UInt8], word: String)] = [
        ([0x93] + Array("NUMPY".utf8), "a NumPy array (.npy)"),
        (Array("PAR1".utf8), "a Parquet file"), (Array("ARROW1\0\0".utf8), "an Arrow file"),
        (Array("FEA1".utf8), "a Feather file"), ([0x89] + Array("HDF\r\n".utf8), "an HDF5 file"),
        (Array("SQLite format 3\0".utf8), "an SQLite database"),
        ([0xD0, 0xCF, 0x11, 0xE0], "an old Excel workbook (.xls)"),
        (Array("PK\u{3}\u{4}[Content_Types].xml".utf8), "an Excel workbook (.xlsx)"),
        (Array("PK\u{3}\u{4}arr_0.npy".utf8), "a NumPy archive (.npz)"),
        (Array("PK\u{3}\u{4}a.csv".utf8), "a zip archive"), ([0x80, 4, 0x95], "a Python pickle"),
        (Array("BZh9".utf8), "a bzip2 archive"), ([0x28, 0xB5, 0x2F, 0xFD], "a zstd archive"),
        ([UInt8](repeating: 65, count: 257) + Array("ustar".utf8), "a tar archive"),
        ([0, 0, 8, 3, 0, 0, 0, 1], "an IDX file of MNIST's kind"),
        ([0xFF, 0xFE, 0x31, 0], "a text in UTF-16"),
        (
            IDXFiles.gzip(IDXFiles.gzip(Array("1,2\n".utf8))),
            "a file that is packed with gzip twice"
        ),
    ]

    @Test(arguments: binary)
    func `by their first bytes`(start: [UInt8], word: String) throws {
        let found = try message(start + [0, 1, 2, 3])
        #expect(
            found.hasPrefix(
                "FOLDER/t.csv: expected a table, one row a line, found \(word);"),
            "\(found)")
    }

    @Test(arguments: [
        (
            "{\"users\": [\"a\"], \"user_data\": {\"a\": {\"x\": [[1]], \"y\": [0]}}}",
            "a LEAF JSON file"
        ),
        ("[{\"a\": 1}]\n", "a JSON file"), ("{\"a\": 1}\n{\"a\": 2}\n", "a JSON file"),
        ("% iris\n\n@RELATION iris\n@ATTRIBUTE a NUMERIC\n@DATA\n1\n", "an ARFF file"),
        ("1 3:1 9:0.5\n2\n1 1:2\n", "LIBSVM text"), ("+1 1:1 2:1\n-1 3:1\n", "LIBSVM text"),
        ("# Generated\n#\n1,2 1:0.5\n0 2:1 # x\n", "LIBSVM text"),
        ("3 qid:1 1:0.5\n", "LIBSVM text"), ("<!DOCTYPE html>\n<html></html>\n", "a web page"),
        ("version https://git-lfs.github.com/spec/v1\noid sha256:1\n", "a pointer of Git LFS"),
    ])
    func `by their first lines`(text: String, word: String) throws {
        let found = try message(Array(text.utf8))
        #expect(
            found.hasPrefix("FOLDER/t.csv: expected a table, one row a line, found \(word)"),
            "\(found)")
    }

    // Packed or not, with whatever name; a time of day is no pair of LIBSVM.
    @Test func `while tables are tables`() throws {
        let table = Array("1,2,0\n3,4,1\n1,5,0\n3,3,1\n".utf8)
        #expect(try message(table) == "no error")
        #expect(try message(IDXFiles.gzip(table)) == "no error")
        #expect(try message(Array("1 12:30 0\n2 a:b 1\n".utf8)).contains("found '12:30'"))
    }

    @Test func `and texts for shakespeare neither`() throws {
        let file = try folder.write("t.json", Array("{\"user_data\": {}}".utf8))
        #expect(
            throws: DataError.damaged(
                path: file,
                reason: "expected a text, found a LEAF JSON file; use data.dataset: "
                    + "{ kind: leaf, folder: ... } with the folder of train/ and test/")
        ) { try Shakespeare(file: file).decode(seed: 0) }
    }
}
