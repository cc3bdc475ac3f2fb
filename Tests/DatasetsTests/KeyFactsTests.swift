import Datasets
import Foundation
import Settings
import TestSupport
import Testing

/// What keys of the cache are the digest of.
@Suite struct KeyFactsTests {
    // The keys come from Python's hashlib.blake2b over the texts as they stand here.
    @Test func `keys outlive a release`() throws {
        let clusters = GaussianClusters(
            classes: 10, features: 20, samples: 6_000, testSamples: 1_000, separation: 0.65,
            noise: 1)
        #expect(
            try clusters.facts(seed: 42).text == """
                hyperfed data set 3
                algorithm: "gaussian_clusters" 1
                seed: 42
                classes: 10
                features: 20
                samples: 6000
                test_samples: 1000
                separation: 0.65
                noise: 1.0

                """)
        #expect(
            try clusters.contentKey(seed: 42)
                == "gaussian_clusters-9a3d2b8b857dd32c95461a9cba19dd12")
        let skew = Dirichlet(alpha: 0.3, minSamples: 10)
        #expect(
            try skew.facts(dataKey: "d-1", clients: 100, seed: 7).text == """
                hyperfed partition 1
                algorithm: "dirichlet" 1
                data: "d-1"
                clients: 100
                seed: 7
                alpha: 0.3
                min_samples: 10

                """)
        #expect(
            try DataCache.partitionKey(skew, dataKey: "d-1", clients: 100, seed: 7)
                == "partition-9ce354133150bb857de04d1498a1e91f")
    }

    @Test func `facts that differ give texts that differ`() {
        func text(_ add: (inout KeyFacts) -> Void) -> String {
            var facts = KeyFacts("x", Algorithm("a", revision: 1))
            add(&facts)
            return facts.text
        }
        let texts = [
            text { $0.add("a", "b\nc: d") },
            text {
                $0.add("a", "b"); $0.add("c", "d")
            },
            text { $0.add("a", nil as String?) }, text { $0.add("a", "none") },
            text { $0.add("a", [] as [String]) }, text { $0.add("a", [""]) },
            text { $0.add("a", ["b, c"]) }, text { $0.add("a", ["b", "c"]) },
            text { $0.add("a", 1) }, text { $0.add("a", 1.0) }, text { $0.add("a", "1") },
            text { $0.add("a", true) }, text { $0.add("a", nil as Int?) },
            text { $0.add("a", 0.1) }, text { $0.add("a", 0.1.nextUp) },
        ]
        // A number that is not given and a text that is not given are the same.
        #expect(Set(texts).count == texts.count - 1)
    }

    private struct Revised<Revision>: DataSource {
        static var algorithm: Algorithm {
            Algorithm("revised", revision: Revision.self == Int.self ? 1 : 2)
        }
        var usesSeed: Bool { false }
        func addFacts(to facts: inout KeyFacts) throws(DataError) {}
        func decode(seed: UInt64) throws(DataError) -> DecodedDataset { DatasetTests.decoded() }
    }

    @Test func `another revision has another key`() throws {
        let keys = [
            try Revised<Int>().contentKey(seed: 1), try Revised<Double>().contentKey(seed: 1),
        ]
        #expect(keys[0] != keys[1])
        #expect(keys.allSatisfy { $0.hasPrefix("revised-") && $0.count == 40 })
    }

    @Test func `a data set's rules have the name of its kind`() throws {
        for entry in try nonEmpty(dataSources) {
            let source = try #require(
                made(dataSources, entry.kind, ["folder": "f", "file": "f", "train": "f"]))
            #expect(type(of: source).algorithm.name == entry.kind)
        }
        for entry in try nonEmpty(skews) {
            let skew = try #require(made(skews, entry.kind, ["file": "f"]))
            #expect(type(of: skew).algorithm.name == entry.kind)
        }
    }

    /// Values that some key takes; of each key at least two must count.
    private static let candidates = [
        "0.125", "0.25", "2", "3", "40", "50", "true", "false", "file-a", "file-b", "[a]", "[b]",
        "[1]",
        "[2]", "[[1]]", "[[2]]", "1", "[4, 5]", "[6, 7]", "f/train.bin", "f/test.bin",
    ]

    @Test func `no setting of a skew is left out of its key`() throws {
        for entry in try nonEmpty(skews) {
            for key in entry.keysOfAllForms {
                let texts = try (Self.candidates + key.words).compactMap { value in
                    var settings = [key.key: value]
                    // Some keys exist only with a word of another key, or with a file.
                    let condition = key.condition.split(separator: " or ").first ?? ""
                    let pair = condition.split(separator: ": ").map(String.init)
                    if pair.count == 2, !condition.hasPrefix("not ") { settings[pair[0]] = pair[1] }
                    if key.key == "overlap" { settings["file"] = "f" }
                    return try made(skews, entry.kind, settings)?.facts(
                        dataKey: "d", clients: 3, seed: 1, readsFiles: false
                    ).text
                }
                #expect(Set(texts).count >= 2, "\(entry.kind), \(key.key)")
            }
        }
    }

    /// Three folders with empty files of the names that sources look for; facts don't read them.
    private func folderOfFolders() throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        let batches = (1...5).map { "data_batch_\($0).bin" } + ["test_batch.bin"]
        let idx = ["train", "t10k"].flatMap { part in
            ["\(part)-images-idx3-ubyte", "\(part)-labels-idx1-ubyte"]
        }
        let splits = ["balanced", "byclass", "bymerge", "letters", "digits", "mnist"]
        let emnist = splits.flatMap { split in
            ["train", "test"].flatMap { part in
                ["images-idx3", "labels-idx1"].map { "emnist-\(split)-\(part)-\($0)-ubyte" }
            }
        }
        let inner = ["train", "test"].flatMap { part in
            ["\(part).bin", "\(part)/a.json", "\(part)/a/1.png", "\(part)/b/1.png"]
        }
        for name in ["f", "file-a", "file-b"] {
            for inside in ["train/a", "train/b", "test/a", "test/b"] {
                try FileManager.default.createDirectory(
                    atPath: "\(folder.path)/\(name)/\(inside)", withIntermediateDirectories: true)
            }
            for file in batches + idx + emnist + inner { try folder.write("\(name)/\(file)", []) }
        }
        return folder
    }

    @Test func `no setting of a data source is left out of its key`() throws {
        let folder = try folderOfFolders()
        for entry in try nonEmpty(dataSources) {
            for key in entry.keysOfAllForms {
                let texts = (Self.candidates + key.words).compactMap { value -> String? in
                    var settings = ["folder": "f", "file": "f", "train": "f/train.bin"]
                    settings[key.key] = value
                    let source = made(dataSources, entry.kind, settings, in: folder.path)
                    // Some values name a folder that is not there.
                    return source.flatMap { try? $0.settingsText(seed: 1) }
                }
                #expect(Set(texts).count >= 2, "\(entry.kind), \(key.key)")
            }
        }
    }

    /// A component of this kind with these settings; nil where they are refused. Keys that the kind
    /// doesn't have are left out. Relative paths start at `folder`.
    private func made<C>(
        _ registry: [Registered<C>], _ kind: String, _ settings: [String: String] = [:],
        in folder: String = "/nowhere"
    ) -> C? {
        guard let entry = registry.first(where: { $0.kind == kind }) else { return nil }
        let known = Set(entry.keysOfAllForms.map(\.key))
        let lines = settings.filter { known.contains($0.key) }.sorted { $0.key < $1.key }.map {
            "  \($0.key): \($0.value)\n"
        }
        let yaml = "c:\n  kind: \(kind)\n" + lines.joined()
        return try? SettingsTree(yaml: yaml, file: "\(folder)/t.yaml").load { settings in
            settings.component("c", from: registry, default: kind, "")
        }.value
    }
}
