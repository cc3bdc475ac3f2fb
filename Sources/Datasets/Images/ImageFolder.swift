import Settings

/// A folder of pictures, PNG and JPEG, with a folder for each class.
///
///     folder/CLASS/*.png                 test images are drawn
///     folder/train/CLASS/*, folder/test/CLASS/* (or val, valid, validation)
///
/// The names of the parts can have capitals, as `Train`.
/// Classes are the names of the folders, in the order of their bytes, and so are the files of a
/// class. All images are brought to one size by `Resampling`, without regard to their form, and to
/// one or three channels. Opacity is dropped. Pixels are kept as bytes and count 1/255 each.
///
/// - Stream of purpose `.data`: (client 0) draws the test images, see `TestShare`.
package struct ImageFolder: DataSource {
    package static let algorithm = Algorithm("images", revision: 1)
    private let folder: String
    private let height: Int
    private let width: Int
    private let channels: Int
    private let test: TestShare
    private static let largestPart = 1 << 30

    init(_ settings: Settings) {
        folder = settings.requiredPath(
            "folder", "a folder for each class, or train/ and test/ (or val/) with one for each")
        let size = settings.integers(
            "size", default: [32, 32], in: .between(1, 4_096), "height and width of all images")
        if size.count != 2 {
            settings.reject(
                "size", expected: "a height and a width, such as [32, 32]",
                found: counted(size.count, "number"))
        }
        (height, width) = (size.first ?? 32, size.last ?? 32)
        let channels = settings.integer(
            "channels", default: 3, in: .between(1, 3), "3 for colours, 1 for grey")
        if channels == 2 {
            settings.reject("channels", expected: "1 or 3", found: "2")
        }
        self.channels = channels
        test = TestShare(settings)
    }

    package init(
        folder: String, size: [Int] = [32, 32], channels: Int = 3, test: TestShare = TestShare()
    ) {
        (self.folder, height, width) = (folder, size[0], size[1])
        (self.channels, self.test) = (channels, test)
    }

    package var usesSeed: Bool { true }
    package var files: [String] { [folder] }

    package func addFacts(to facts: inout KeyFacts) throws(DataError) {
        facts.add("size", [height, width])
        facts.add("channels", channels)
        test.addFacts(to: &facts)
        facts.add("test_is_given", test.isGiven)
        let tree = try ImageTree(folder)
        for (name, part) in [("train", tree.train), ("test", tree.test ?? [])] {
            for entry in part {
                facts.add("class", entry.name)
                for file in entry.files {
                    try facts.add("\(name) \(file)", contentOf: "\(entry.path)/\(file)")
                }
            }
        }
    }

    package func fileNotes() -> [DataNote] { (try? ImageTree(folder))?.notes(folder) ?? [] }

    package func decode(seed: UInt64) throws(DataError) -> DecodedDataset {
        let tree = try ImageTree(folder)
        let names = tree.train.map(\.name)
        var sizes = ImageSizes()
        let (pixels, labels) = try samples(tree.train, names, &sizes)
        let train: DecodedDataset.Samples
        let testPart: DecodedDataset.Samples
        var notes: [DataNote] = []
        if let other = tree.test {
            guard !test.isGiven else {
                throw .damaged(
                    path: folder,
                    reason: mismatch(
                        "no folder test beside data.dataset.test_fraction and test_samples",
                        "one", "remove the key, or the folder"))
            }
            let (testPixels, testLabels) = try samples(other, names, &sizes)
            train = DecodedDataset.Samples(features: .bytes(pixels), labels: labels)
            testPart = DecodedDataset.Samples(features: .bytes(testPixels), labels: testLabels)
        } else {
            let split = try test.split(labels.count, seed: seed, path: folder, &notes)
            let all = DecodedDataset.Features.bytes(pixels)
            let size = height * width * channels
            train = DecodedDataset.Samples(
                features: all.rows(split.train, size), labels: split.train.map { labels[$0] })
            testPart = DecodedDataset.Samples(
                features: all.rows(split.test, size), labels: split.test.map { labels[$0] })
        }
        notes += sizes.notes(folder, height: height, width: width)
        if train.features == testPart.features {
            notes.append(.sameImages(folder, "put other images into test/"))
        }
        notes += ClassCounts(
            names: names.map { "'\($0)'" }, train: train.labels, test: testPart.labels
        ).notes(folder)
        return DecodedDataset(
            sampleShape: [height, width, channels], classes: names.count, train: train,
            test: testPart, classNames: names, notes: notes.map { $0.withoutPaths(files) })
    }

    /// Decodes all images of a part, and brings them to the size.
    private func samples(
        _ classes: [ImageTree.Class], _ names: [String], _ sizes: inout ImageSizes
    ) throws(DataError) -> (pixels: [UInt8], labels: [Int32]) {
        let count = classes.reduce(0) { $0 + $1.files.count }
        let size = height * width * channels
        guard count <= Self.largestPart / size else {
            throw .damaged(
                path: folder,
                reason: mismatch(
                    "at most \(Self.largestPart.grouped) numbers",
                    "\(count.grouped) images of \(size.grouped)", "lower data.dataset.size"))
        }
        var pixels: [UInt8] = []
        pixels.reserveCapacity(count * size)
        var labels: [Int32] = []
        for entry in classes {
            guard let label = names.firstIndex(of: entry.name) else {
                throw .damaged(
                    path: entry.path,
                    reason: mismatch(
                        "one of the \(names.count) classes of the training images",
                        "'\(entry.name)'",
                        "add its training images, or remove the folder"))
            }
            for file in entry.files {
                let picture = try ImageFile.picture("\(entry.path)/\(file)")
                sizes.add(picture, "\(entry.name)/\(file)")
                pixels +=
                    Resampling.resized(
                        channels == 1 ? picture.grey : picture, width: width, height: height
                    ).pixels
                labels.append(Int32(label))
            }
        }
        return (pixels, labels)
    }
}

/// The image files of a folder, by part and class.
struct ImageTree {
    /// A folder of images.
    struct Class {
        let name: String
        let path: String
        let files: [String]
        /// The names of files that are not images.
        let others: [String]
    }

    let train: [Class]
    /// Nil if test images are drawn.
    let test: [Class]?
    /// The name of the folder of the test images; empty if they are drawn.
    let testName: String
    /// Folders and images beside them, which are not read.
    let unread: [String]

    /// The names of a folder of test images. The first one that is there counts.
    private static let testNames = ["test", "val", "valid", "validation"]

    private static let endings = [".png", ".jpg", ".jpeg"]
    private static let otherImages = [".gif", ".bmp", ".webp", ".tif", ".tiff", ".ppm", ".pgm"]

    init(_ folder: String) throws(DataError) {
        let names = try FileTree.names(inFolder: folder)
        func part(_ word: String) -> String? { Self.part(word, of: names, in: folder) }
        guard let trainName = part("train") else {
            guard part("test") == nil else {
                throw .missingFile(
                    dataset: "the images", folder: folder, name: "train",
                    remedy: "put the folders of the classes into train/ and test/")
            }
            (train, test, testName) = (try Self.classes(folder), nil, "")
            unread = names.filter(Self.isImage)
            return
        }
        train = try Self.classes("\(folder)/\(trainName)")
        let name = Self.testNames.lazy.compactMap(part).first
        testName = name ?? ""
        test = try name.map { name throws(DataError) in
            try Self.classes("\(folder)/\(name)", least: 1)
        }
        unread = names.filter {
            !$0.hasPrefix(".") && $0 != trainName && $0 != name
                && (Self.isImage($0) || FileTree.isFolder("\(folder)/\($0)"))
        }
    }

    /// Returns the folder of a part, such as `train` or `Train`; nil if there is none. One with
    /// capitals must have folders inside, since it could be a class.
    private static func part(_ word: String, of names: [String], in folder: String) -> String? {
        if names.contains(word), FileTree.isFolder("\(folder)/\(word)") { return word }
        return names.first { name in
            let path = "\(folder)/\(name)"
            guard name.lowercased() == word, FileTree.isFolder(path) else { return false }
            return ((try? FileTree.names(inFolder: path)) ?? []).contains {
                FileTree.isFolder("\(path)/\($0)")
            }
        }
    }

    private static func isImage(_ file: String) -> Bool {
        endings.contains { file.lowercased().hasSuffix($0) }
    }

    private static func classes(
        _ folder: String, least: Int = 2
    ) throws(DataError) -> [Class] {
        var classes: [Class] = []
        let names = try FileTree.names(inFolder: folder).filter { !$0.hasPrefix(".") }
        for name in names where FileTree.isFolder("\(folder)/\(name)") {
            guard String(validating: name.utf8, as: UTF8.self) != nil, !name.contains("\u{FFFD}")
            else {
                throw .damaged(
                    path: folder, reason: mismatch("names in UTF-8", "other bytes in '\(name)'"))
            }
            let path = "\(folder)/\(name)"
            let files = try FileTree.names(inFolder: path).filter { !$0.hasPrefix(".") }
            if let other = files.first(where: { file in
                otherImages.contains { file.lowercased().hasSuffix($0) }
            }) {
                throw .damaged(
                    path: "\(path)/\(other)",
                    reason: mismatch(
                        "a PNG or JPEG image", "another kind by its name",
                        "save it as PNG, for example with Pillow"))
            }
            classes.append(
                Class(
                    name: name, path: path, files: files.filter(isImage),
                    others: files.filter { !isImage($0) }))
        }
        guard classes.count >= least, classes.contains(where: { !$0.files.isEmpty }) else {
            throw .damaged(
                path: folder,
                reason: mismatch(
                    "a folder of PNG or JPEG images for each of two classes or more",
                    classes.isEmpty
                        ? "\(counted(names.count, "file")) and no folder"
                        : classes.count == 1 ? "one folder" : "no image",
                    "name the folder of these folders in data.dataset.folder"))
        }
        return classes
    }

    /// Warns about files that are left out, and about two images of one name.
    func notes(_ folder: String) -> [DataNote] {
        var notes: [DataNote] = []
        let all = train + (test ?? [])
        if !testName.isEmpty, testName.lowercased() != "test" {
            notes.append(
                DataNote(
                    "test images", folder,
                    "the test images are those of \(testName)/, since there is no test/",
                    severity: .information))
        }
        let others =
            unread + all.flatMap { entry in entry.others.map { "\(entry.name)/\($0)" } }
        if !others.isEmpty {
            notes.append(
                DataNote(
                    "other files", folder,
                    mismatch(
                        "images in the folders of classes", listed(others),
                        "these are left out")))
        }
        let twins = all.flatMap { entry in
            Dictionary(grouping: entry.files) { file in
                file.lastIndex(of: ".").map { String(file[..<$0]) } ?? file
            }.values.filter { $0.count > 1 }.map {
                "\(entry.name)/\($0.sorted().joined(separator: ", "))"
            }
        }.sorted()
        if !twins.isEmpty {
            notes.append(
                DataNote(
                    "twins", folder,
                    mismatch(
                        "one image of each name", listed(twins),
                        "all are read; remove one of them if they are the same image")))
        }
        return notes
    }
}
