import Datasets
import Foundation
import Testing

/// Removing what stands where others may write.
@Suite struct FileTreeTests {
    let folder: TemporaryFolder
    /// What must outlive every test.
    let precious: String

    init() throws {
        folder = try TemporaryFolder()
        try FileManager.default.createDirectory(
            atPath: folder.path + "/outside", withIntermediateDirectories: true)
        precious = try folder.write("outside/precious", [1])
    }

    private func make(_ name: String, mode: Int = 0o700) throws -> String {
        let path = "\(folder.path)/\(name)"
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true,
            attributes: [.posixPermissions: mode])
        return path
    }

    private func link(_ path: String, to target: String) throws {
        try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: target)
    }

    private func exists(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: path)
            || (try? FileManager.default.destinationOfSymbolicLink(atPath: path)) != nil
    }

    /// A lock file as a dead process left it.
    private func leaveLock(in path: String, mode: Int = 0o600) throws {
        let file = "\(path)/lock"
        try Data().write(to: URL(fileURLWithPath: file))
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file)
    }

    @Test func `a folder goes with all that is in it, and links go alone`() throws {
        let path = try make("tree/deep/deeper")
        try Data([1]).write(to: URL(fileURLWithPath: path + "/file"))
        try link(path + "/folder", to: folder.path + "/outside")
        try link(folder.path + "/tree/file", to: precious)
        try link(folder.path + "/tree/nowhere", to: "/nowhere")
        FileTree.remove(folder.path + "/tree")
        #expect(!exists(folder.path + "/tree"))
        #expect(exists(precious))
    }

    @Test func `a link to a folder goes, the folder stays`() throws {
        let path = folder.path + "/link"
        try link(path, to: folder.path + "/outside")
        FileTree.remove(path)
        #expect(!exists(path) && exists(precious))
        FileTree.remove(folder.path + "/not-there")
    }

    @Test func `a locked folder is private, and gone with its owner`() throws {
        var locked: LockedFolder? = try LockedFolder(in: folder.path)
        let path = try #require(locked?.path)
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions]
        #expect(mode as? Int == 0o700)
        try Data([1]).write(to: URL(fileURLWithPath: path + "/file"))
        // Whoever starts meanwhile leaves it alone.
        LockedFolder.removeLeftovers(in: folder.path)
        #expect(exists(path + "/file"))
        locked = nil
        #expect(!exists(path))
    }

    @Test func `what dead processes left is removed by the next one`() throws {
        let left = try make("hyperfed-aB3dE6")
        try leaveLock(in: left)
        try Data([1]).write(to: URL(fileURLWithPath: left + "/block"))
        try link(left + "/link", to: folder.path + "/outside")
        let locked = try LockedFolder(in: folder.path)
        #expect(!exists(left) && exists(locked.path) && exists(precious))
    }

    @Test func `what may not be ours stays`() throws {
        // Starting just now; of a longer name; open to others; with a lock that is no file of ours.
        var others = [try make("hyperfed-abcdef")]
        for (name, mode) in [
            ("hyperfed-backups", 0o700), ("hyperfed-abc", 0o700), ("hyperfed-ab.def", 0o700),
            ("hyperfed-", 0o700), ("other-abcdef", 0o700), ("hyperfed-aaaaaa", 0o755),
        ] {
            let path = try make(name, mode: mode)
            try leaveLock(in: path)
            others.append(path)
        }
        let open = try make("hyperfed-bbbbbb")
        try leaveLock(in: open, mode: 0o666)
        let linked = try make("hyperfed-cccccc")
        try link(linked + "/lock", to: precious)
        let target = try make("target")
        try leaveLock(in: target)
        try link(folder.path + "/hyperfed-dddddd", to: target)
        LockedFolder.removeLeftovers(in: folder.path)
        for path in others + [open, linked, target, folder.path + "/hyperfed-dddddd", precious] {
            #expect(exists(path), "\(path)")
        }
    }

    @Test(.enabled(if: geteuid() == 0, "only root can make files of other users"))
    func `what another user left stays`() throws {
        let foreign = try make("hyperfed-eeeeee")
        try leaveLock(in: foreign)
        let mixed = try make("hyperfed-ffffff")
        try leaveLock(in: mixed)
        #expect(chown(foreign, 65534, 65534) == 0 && chown(mixed + "/lock", 65534, 65534) == 0)
        LockedFolder.removeLeftovers(in: folder.path)
        #expect(exists(foreign + "/lock") && exists(mixed + "/lock"))
    }
}
