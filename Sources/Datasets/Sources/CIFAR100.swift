import Glibc
import Settings

/// CIFAR-100 in its binary version: 50,000 training and 10,000 test images of 32 x 32 coloured
/// pixels, 100 classes in 20 groups.
///
/// Files `train.bin` and `test.bin`, each with any number of records (see `CIFARRecords`). A record
/// has two labels: the group (coarse), then the class (fine). Pixels are kept as bytes and count
/// 1/255 each.
///
/// - Source: Krizhevsky 2009, "Learning multiple layers of features from tiny images";
///   www.cs.toronto.edu/~kriz/cifar.html.
package struct CIFAR100: DataSource {
    package static let algorithm = Algorithm("cifar100", revision: 1)
    private let folder: String
    private let areFine: Bool
    private static let remedy =
        "unpack cifar-100-binary.tar.gz of www.cs.toronto.edu/~kriz/cifar.html and name the folder "
        + "of train.bin and test.bin in data.dataset.folder"

    init(_ settings: Settings) {
        self.init(
            folder: settings.requiredPath("folder", "folder of train.bin and test.bin"),
            areFine: settings.choice(
                "labels", of: ["fine": true, "coarse": false], default: "fine",
                "which labels are the classes: 100 fine ones, or 20 coarse ones"))
    }

    package init(folder: String, areFine: Bool = true) {
        (self.folder, self.areFine) = (folder, areFine)
    }

    package var usesSeed: Bool { false }
    package var files: [String] { [folder] }

    package func addFacts(to facts: inout KeyFacts) throws(DataError) {
        let (train, test) = try paths()
        facts.add("fine", areFine)
        try facts.add("train", contentOf: train)
        try facts.add("test", contentOf: test)
    }

    package func decode(seed: UInt64) throws(DataError) -> DecodedDataset {
        let paths = try paths()
        let names = areFine ? Self.fineNames : Self.coarseNames
        let records = CIFARRecords(
            labels: 2, chosen: areFine ? 1 : 0,
            classes: [Self.coarseNames.count, Self.fineNames.count])
        let (train, test) = (
            try records.samples([paths.train]), try records.samples([paths.test])
        )
        var notes = ClassCounts(names: names, train: train.labels, test: test.labels).notes(folder)
        if train.features == test.features {
            notes.append(.sameImages(folder, "add the correct test.bin"))
        }
        notes += Self.mixedGroups(try records.pairCounts([paths.train, paths.test]), folder)
        return DecodedDataset(
            sampleShape: [32, 32, 3], classes: names.count, train: train, test: test,
            classNames: names, notes: notes.map { $0.withoutPaths(files) })
    }

    /// Warns about classes that have several groups. In CIFAR-100 each class has one.
    ///
    /// - Parameter counts: the images with a group and a class, shape (groups, classes).
    private static func mixedGroups(_ counts: [[Int]], _ folder: String) -> [DataNote] {
        let mixed = fineNames.indices.compactMap { fine -> String? in
            let groups = coarseNames.indices.filter { counts[$0][fine] > 0 }
            guard groups.count > 1 else { return nil }
            let parts = groups.sorted { counts[$0][fine] > counts[$1][fine] }.map {
                "\(coarseNames[$0]) \(counts[$0][fine].grouped)"
            }
            return "\(fineNames[fine]) (\(listed(parts, most: 3)))"
        }
        guard !mixed.isEmpty else { return [] }
        return [
            DataNote(
                "mixed groups", folder,
                mismatch(
                    "one coarse label for each fine one",
                    "several for \(counted(mixed.count, "fine label")): \(listed(mixed, most: 3))",
                    "the labels are mixed up or damaged; fetch the files again"))
        ]
    }

    /// Returns the files that exist in this folder or in the folder that the archive makes.
    private func paths() throws(DataError) -> (train: String, test: String) {
        // If the file may exist, opening it reports why it cannot be read.
        func exists(_ path: String) -> Bool { access(path, F_OK) == 0 || errno == EACCES }
        let folders = [folder, "\(folder)/cifar-100-binary"]
        guard
            let found = folders.first(where: {
                exists("\($0)/train.bin") || exists("\($0)/test.bin")
            })
        else {
            let isPython = ["train", "cifar-100-python/train"].contains {
                exists("\(folder)/\($0)")
            }
            throw .notInstalled(
                dataset: isPython ? "CIFAR-100 in its binary version" : "CIFAR-100", folder: folder,
                remedy: isPython
                    ? "the files there are those of the Python version; \(Self.remedy)"
                    : Self.remedy)
        }
        for name in ["train.bin", "test.bin"] where !exists("\(found)/\(name)") {
            throw .missingFile(
                dataset: "CIFAR-100", folder: found, name: name, remedy: Self.remedy)
        }
        return ("\(found)/train.bin", "\(found)/test.bin")
    }
}

extension CIFAR100 {
    /// The names of the groups in the order of their labels.
    private static let coarseNames = [
        "aquatic_mammals", "fish", "flowers", "food_containers", "fruit_and_vegetables",
        "household_electrical_devices", "household_furniture", "insects", "large_carnivores",
        "large_man-made_outdoor_things", "large_natural_outdoor_scenes",
        "large_omnivores_and_herbivores", "medium_mammals", "non-insect_invertebrates", "people",
        "reptiles", "small_mammals", "trees", "vehicles_1", "vehicles_2",
    ]

    /// The names of the classes in the order of their labels.
    private static let fineNames = [
        "apple", "aquarium_fish", "baby", "bear", "beaver", "bed", "bee", "beetle", "bicycle",
        "bottle", "bowl", "boy", "bridge", "bus", "butterfly", "camel", "can", "castle",
        "caterpillar", "cattle", "chair", "chimpanzee", "clock", "cloud", "cockroach", "couch",
        "crab", "crocodile", "cup", "dinosaur", "dolphin", "elephant", "flatfish", "forest", "fox",
        "girl", "hamster", "house", "kangaroo", "keyboard", "lamp", "lawn_mower", "leopard", "lion",
        "lizard", "lobster", "man", "maple_tree", "motorcycle", "mountain", "mouse", "mushroom",
        "oak_tree", "orange", "orchid", "otter", "palm_tree", "pear", "pickup_truck", "pine_tree",
        "plain", "plate", "poppy", "porcupine", "possum", "rabbit", "raccoon", "ray", "road",
        "rocket", "rose", "sea", "seal", "shark", "shrew", "skunk", "skyscraper", "snail", "snake",
        "spider", "squirrel", "streetcar", "sunflower", "sweet_pepper", "table", "tank",
        "telephone", "television", "tiger", "tractor", "train", "trout", "tulip", "turtle",
        "wardrobe", "whale", "willow_tree", "wolf", "woman", "worm",
    ]
}
