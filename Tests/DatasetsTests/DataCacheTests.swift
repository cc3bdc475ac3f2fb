import Datasets
import Foundation
import RandomStreams
import Synchronization
import Testing

/// What a cache warned of.
private final class Warnings: Sendable {
    private let texts = Mutex<[String]>([])
    var all: [String] { texts.withLock { $0 } }
    func add(_ text: String) { texts.withLock { $0.append(text) } }
}

@Suite struct DataCacheTests {
    let folder: TemporaryFolder
    let temporary: TemporaryCache
    let cache: DataCache
    let source = FixedSource(data: DatasetTests.decoded())
    private let warnings = Warnings()

    init() throws {
        folder = try TemporaryFolder()
        temporary = TemporaryCache(in: [folder.path], inherited: [])
        let warnings = warnings
        cache = DataCache(folder: folder.path + "/deep/inside", temporary) { warnings.add($0) }
    }

    /// A cache that can't be written.
    private func blocked(_ temporary: TemporaryCache) throws -> DataCache {
        let blocker = try folder.write("file", [1])
        let warnings = warnings
        return DataCache(folder: blocker + "/cache", temporary) { warnings.add($0) }
    }

    private func key(_ seed: UInt64) throws -> String { try source.contentKey(seed: seed) }

    private func file(_ seed: UInt64 = 7) throws -> String {
        cache.folder + "/\(try key(seed)).data"
    }

    /// Puts other bytes in the place of a file.
    private func replace(_ path: String, _ bytes: [UInt8]) throws {
        try Data(bytes).write(to: URL(fileURLWithPath: path), options: .atomic)
    }

    private func decodings() -> Int { source.decodingCount }

    @Test func `a data set is decoded once`() throws {
        for _ in 0..<3 {
            let (data, key) = try cache.open(source, seed: 7)
            #expect(key.hasPrefix("fixed-") && data.key == key && data.count(of: .train) == 23)
        }
        #expect(decodings() == 1)
        #expect(try cache.open(key: key(7))?.labels(of: .test) == source.data.test.labels)
        #expect(try cache.open(key: key(8)) == nil)
        let mode = try FileManager.default.attributesOfItem(atPath: cache.folder)[.posixPermissions]
        #expect(mode as? Int == 0o700)
        #expect(warnings.all == [])
    }

    @Test func `nobody writes into a file of the cache by mistake`() throws {
        _ = try cache.open(source, seed: 7)
        let mode = try FileManager.default.attributesOfItem(atPath: file())[.posixPermissions]
        #expect((mode as? Int ?? 0o777) & 0o333 == 0)
    }

    @Test func `a cut off, altered or exchanged file is made again, with a warning`() throws {
        _ = try cache.open(source, seed: 7)
        let sound = try bytes(of: file())
        var altered = sound
        altered[300] ^= 1
        _ = try cache.open(source, seed: 8)
        let other = try bytes(of: file(8))
        for damaged in [Array(sound.prefix(100)), Array(sound.dropLast()), [], altered, other] {
            try replace(file(), damaged)
            let before = decodings()
            #expect(try cache.open(source, seed: 7).dataset.labels(of: .train).count == 23)
            #expect(decodings() == before + 1)
            #expect(try bytes(of: file()) == sound)
        }
        let path = try file()
        #expect(
            warnings.all
                == [
                    "expected 256 bytes, found only 100",
                    "expected 1,024 bytes, found 1,023", "expected 256 bytes, found only 0",
                    "expected the content that was written, found other bytes",
                    "expected data with this key, found '\(try key(8))'",
                ].map {
                    "\(path): \($0); hyperfed does not use this cache file and makes it again"
                })
    }

    @Test func `a damaged file is none to a client process`() throws {
        _ = try cache.open(source, seed: 7)
        try replace(file(), bytes(of: file()).dropLast())
        #expect(try cache.open(key: key(7)) == nil)
        #expect(warnings.all.count == 1)
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
            try FileManager.default.contentsOfDirectory(atPath: cache.folder)
                == ["\(key(7)).data"])
    }

    @Test func `what an earlier process of the same number left does not matter`() throws {
        _ = try cache.open(source, seed: 1)
        let leftover = "\(try file()).\(getpid())-0.tmp"
        try Data([1]).write(to: URL(fileURLWithPath: leftover))
        #expect(try cache.open(source, seed: 7).dataset.count(of: .test) == 9)
        // Someone may still be writing into one that is not old.
        #expect(FileManager.default.fileExists(atPath: leftover))
        let old = [FileAttributeKey.modificationDate: Date(timeIntervalSince1970: 1_000_000)]
        try FileManager.default.setAttributes(old, ofItemAtPath: leftover)
        try FileManager.default.removeItem(atPath: file())
        _ = try cache.open(source, seed: 7)
        #expect(!FileManager.default.fileExists(atPath: leftover))
    }

    @Test func `what the folder can't take stays in a temporary one, with one warning`() throws {
        let blocked = try blocked(temporary)
        let key = try blocked.open(source, seed: 7).key
        _ = try blocked.open(source, seed: 8)
        _ = try blocked.open(source, seed: 7)
        let partition = Partition([[0, 1]], of: 2)
        #expect(try blocked.partition(key: "partition-1") { partition } == partition)
        #expect(try blocked.partition(key: "partition-1") == partition)
        #expect(decodings() == 2)
        let inner = folder.path + "/file/cache"
        #expect(
            warnings.all == [
                "\(inner): expected a cache folder that can be written to, found an error (\(inner):"
                    + " Not a directory, errno 20); each command makes its data again"
                    + " and keeps them in a temporary folder; name a folder of your own in"
                    + " HYPERFED_CACHE"
            ])
        // A process that was started from this one reads the same.
        let child = try self.blocked(TemporaryCache(in: [], inherited: temporary.folders))
        #expect(try child.open(key: key)?.labels(of: .train) == source.data.train.labels)
        #expect(try child.open(source, seed: 7).key == key && decodings() == 2)
    }

    @Test func `temporary folders go with their owner`() throws {
        let paths: [String]
        do {
            let temporary = TemporaryCache(in: [folder.path], inherited: [])
            _ = try blocked(temporary).open(source, seed: 7)
            paths = temporary.folders
            #expect(paths.count == 1 && FileManager.default.fileExists(atPath: paths[0]))
        }
        #expect(!FileManager.default.fileExists(atPath: paths[0]))
    }

    @Test func `where nothing can be kept both reasons are given`() throws {
        let blocker = try folder.write("other", [1])
        let blocked = try blocked(TemporaryCache(in: [blocker], inherited: []))
        do {
            _ = try blocked.open(source, seed: 7)
            Issue.record("kept nowhere, and no error")
        } catch {
            let inner = folder.path + "/file/cache"
            let expected = """
                \(inner): expected room for the decoded data in this cache folder or in a temporary \
                folder, found none (\(inner): Not a directory, errno 20; \
                \(blocker): Not a directory, errno 20); make room, or \
                name another folder in HYPERFED_CACHE
                """
            #expect("\(error)" == expected)
        }
    }

    @Test func `a folder of a guessable name must be ours alone`() throws {
        let warnings = warnings
        let shared = "\(folder.path)/shared"
        let cache = DataCache(folder: shared, mustBeOurs: true, temporary) { warnings.add($0) }
        _ = try cache.open(source, seed: 7)
        #expect(decodings() == 1 && warnings.all == [])
        // Now others can put files there.
        #expect(chmod(shared, 0o777) == 0)
        #expect(try cache.open(key: key(7)) == nil)
        _ = try cache.open(source, seed: 7)
        #expect(decodings() == 2)
        #expect(warnings.all.count == 1)
        #expect(
            warnings.all[0].contains("expected a folder that only this user can write to")
        )
    }

    @Test func `a data set that changes while it is read is refused`() throws {
        let changing = ChangingSource(data: source.data)
        #expect(throws: DataError.changed(dataset: "changing")) {
            try cache.open(changing, seed: 7)
        }
        let kept = try? FileManager.default.contentsOfDirectory(atPath: cache.folder)
        #expect(kept?.contains { $0.hasSuffix(".data") } != true)
    }

    @Test func `a file that has changed since the last time is named once`() throws {
        let path = try folder.write("t.csv", Array("1,a\n2,b\n3,a\n4,b\n5,a\n".utf8))
        let table = CSV(CSV.Reading(file: path))
        let first = try cache.open(table, seed: 1).key
        #expect(try cache.open(table, seed: 1).key == first && warnings.all == [])
        try folder.write("t.csv", Array("1,a\n2,b\n3,a\n4,b\n6,a\n".utf8))
        for _ in 0..<2 { #expect(try cache.open(table, seed: 1).key != first) }
        #expect(
            warnings.all == [
                "\"\(path)\": expected the content that was last read with these settings, found"
                    + " other content; earlier runs have other data"
            ])
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
            #expect(
                "\(error)"
                    == "/cache/x: expected hyperfed to write it, found an error (No space left on"
                    + " device, errno 28)")
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
        #expect(folder(["HOME": "relative"]) == "/tmp/hyperfed-\(geteuid())")
        #expect(folder([:]) == "/tmp/hyperfed-\(geteuid())")
    }

    @Test func `a partition is drawn once, and again when its file is damaged`() throws {
        let key = try DataCache.partitionKey(IID(), dataKey: "fixed-7", clients: 3, seed: 42)
        #expect(key == "partition-" + key.suffix(32))
        #expect(
            try key != DataCache.partitionKey(IID(), dataKey: "fixed-7", clients: 34, seed: 2))
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
                try replace(path, damaged)
                #expect(try cache.partition(key: key) == nil, "byte \(index)")
            }
        }
        #expect(try cache.partition(key: key, build: draw) == first)
        #expect(draws == 2)
    }
}
