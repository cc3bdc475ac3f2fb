import Datasets
import Testing

@Suite struct MNISTIDXTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func message() -> String {
        do {
            _ = try MNISTIDX(folder: folder.path).decode(seed: 0)
            return "no error"
        } catch {
            return "\(error)".replacing(folder.path, with: "FOLDER")
        }
    }

    @Test(arguments: [true, false])
    func `classes are counted, and images may have any size`(packed: Bool) throws {
        try IDXFiles.write(to: folder, packed: packed)
        let ending = packed ? ".gz" : ""
        let labels = IDXFiles.labels((0..<12).map { $0 % 11 * 3 })
        try folder.write(
            "train-labels-idx1-ubyte\(ending)", packed ? IDXFiles.gzip(labels) : labels)
        let data = try MNISTIDX(folder: folder.path).decode(seed: 0)
        #expect(data.classes == 31 && data.sampleShape == [3, 2, 1])
        #expect(data.test.labels == [9, 0, 3, 3])
    }

    @Test func `a test label that no training label reaches is refused`() throws {
        try IDXFiles.write(to: folder)
        try folder.write("t10k-labels-idx1-ubyte.gz", IDXFiles.labels([1, 2, 10, 3]))
        #expect(
            message() == "FOLDER/t10k-labels-idx1-ubyte.gz: sample 2: expected a label from 0 to 9,"
                + " as in the training split, found 10")
    }

    @Test func `an empty folder says which files are meant`() {
        #expect(
            message()
                == "FOLDER: expected the data set, found none of its files; name the folder of "
                + "train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte and "
                + "t10k-labels-idx1-ubyte (each with or without .gz) in data.dataset.folder; files "
                + "named emnist-... are read by data.dataset.kind: emnist")
    }
}
