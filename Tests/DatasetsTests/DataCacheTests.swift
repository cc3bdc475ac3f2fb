import Datasets
import Foundation
import RandomStreams
import Testing

@Suite struct DataCacheTests {
    let folder: TemporaryFolder
    let cache: DataCache
    let source = FixedSource(data: DatasetTests.decoded())

    init() throws {
        folder = try TemporaryFolder()
        cache = DataCache(folder: folder.path + "/deep/inside")
    }

    private var file: String { cache.folder + "/fixed-7.data" }

    private func decodings() -> Int { source.decodingCount }

    @Test func `a data set is decoded once`() throws {
        for _ in 0..<3 {
            let (data, key) = try cache.open(source, seed: 7)
            #expect(key == "fixed-7" && data.key == key && data.count(of: .train) == 23)
        }
        #expect(decodings() == 1)
        #expect(try cache.open(key: "fixed-7")?.labels(of: .test) == source.data.test.labels)
        #expect(try cache.open(key: "fixed-8") == nil)
        let mode = try FileManager.default.attributesOfItem(atPath: cache.folder)[.posixPermissions]
        #expect(mode as? Int == 0o700)
    }

    @Test func `a cut off, altered or exchanged file is made again`() throws {
        _ = try cache.open(source, seed: 7)
        let sound = try bytes(of: file)
        var altered = sound
        altered[300] ^= 1
        _ = try cache.open(source, seed: 8)
        let other = try bytes(of: cache.folder + "/fixed-8.data")
        for damaged in [Array(sound.prefix(100)), Array(sound.dropLast()), [], altered, other] {
            try Data(damaged).write(to: URL(fileURLWithPath: file))
            let before = decodings()
            #expect(try cache.open(source, seed: 7).dataset.labels(of: .train).count == 23)
            #expect(decodings() == before + 1)
            #expect(try bytes(of: file) == sound)
        }
    }

    @Test func `a client process refuses a damaged file instead of making it again`() throws {
        _ = try cache.open(source, seed: 7)
        try Data(bytes(of: file).dropLast()).write(to: URL(fileURLWithPath: file))
        #expect(throws: DataError.damaged(path: file, reason: "1,024 bytes expected, 1,023 found"))
        {
            try cache.open(key: "fixed-7")
        }
    }

    @Test func `many builds at once give one sound file and leave nothing else`() async throws {
        let (cache, source) = (cache, source)
        try await withThrowingTaskGroup(of: [Int32].self) { group in
            for _ in 0..<16 {
                group.addTask { try cache.open(source, seed: 7).dataset.labels(of: .train) }
            }
            for try await labels in group { #expect(labels == source.data.train.labels) }
        }
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: cache.folder) == ["fixed-7.data"])
    }

    @Test func `what an earlier process of the same number left does not matter`() throws {
        _ = try cache.open(source, seed: 1)
        let leftover = "\(file).\(getpid())-0.tmp"
        try Data([1]).write(to: URL(fileURLWithPath: leftover))
        #expect(try cache.open(source, seed: 7).dataset.count(of: .test) == 9)
    }

    @Test func `a folder that can't be made is named with the reason`() throws {
        let blocker = try folder.write("file", [1])
        let cache = DataCache(folder: blocker + "/cache")
        #expect(
            throws: DataError.system(
                operation: "open", path: blocker + "/cache/fixed-7.data", number: ENOTDIR)
        ) { try cache.open(source, seed: 7) }
        #expect(
            throws: DataError.system(
                operation: "make the cache folder", path: "/proc/hyperfed", number: ENOENT)
        ) { try DataCache(folder: "/proc/hyperfed").open(source, seed: 7) }
    }

    @Test func `a full disk is named with the reason`() throws {
        let full = open("/dev/full", O_WRONLY)
        defer { close(full) }
        do {
            try [UInt8](repeating: 1, count: 10).withUnsafeBytes {
                try AtomicFile.writeAll($0, to: full, path: "/cache/x")
            }
            Issue.record("a full disk took 10 bytes")
        } catch {
            #expect("\(error)" == "could not write /cache/x: No space left on device (errno 28)")
        }
    }

    @Test func `keys that are no file names are refused`() throws {
        for key in ["", "../x", "a/b", "a.b", "ä", String(repeating: "a", count: 65)] {
            #expect(throws: DataError.badKey(key)) { try cache.open(key: key) }
            #expect(throws: DataError.badKey(key)) { try cache.partition(key: key) }
        }
    }

    @Test func `the environment names the folder`() {
        func folder(_ environment: [String: String]) -> String {
            DataCache { environment[$0] }.folder
        }
        #expect(folder(["HYPERFED_CACHE": "/c", "XDG_CACHE_HOME": "/x", "HOME": "/h"]) == "/c")
        #expect(folder(["XDG_CACHE_HOME": "/x", "HOME": "/h"]) == "/x/hyperfed")
        #expect(folder(["XDG_CACHE_HOME": "x", "HOME": "/h"]) == "/h/.cache/hyperfed")
        #expect(folder(["HYPERFED_CACHE": "", "HOME": "/h"]) == "/h/.cache/hyperfed")
        #expect(folder([:]) == "/tmp/hyperfed-\(getuid())")
    }

    @Test func `a partition is drawn once, and again when its file is damaged`() throws {
        let key = DataCache.partitionKey(["fixed-7", "iid", "3", "42"])
        #expect(key == "partition-" + key.suffix(16))
        #expect(key != DataCache.partitionKey(["fixed-7", "iid", "34", "2"]))
        #expect(try cache.partition(key: key) == nil)
        var draws = 0
        func draw() throws -> Partition {
            draws += 1
            return Partition([[4, 0], [], [2, 3]], of: 6)
        }
        let first = try cache.partition(key: key, build: draw)
        #expect(try cache.partition(key: key, build: draw) == first)
        #expect(try cache.partition(key: key) == first)
        #expect(draws == 1)

        let path = "\(cache.folder)/\(key).partition"
        let sound = try bytes(of: path)
        for index in sound.indices {
            var altered = sound
            altered[index] ^= 1 << UInt8(index % 8)
            for damaged in [altered, Array(sound.prefix(index))] {
                try Data(damaged).write(to: URL(fileURLWithPath: path))
                #expect(throws: DataError.self, "byte \(index)") { try cache.partition(key: key) }
            }
        }
        #expect(try cache.partition(key: key, build: draw) == first)
        #expect(draws == 2)
    }
}
