import Bytes
import Glibc

/// Names the state of the tables in a folder, so that a reader sees a change without reading them.
public enum FolderSignature {
    /// How many folders may be around a table: STUDY/VARIANT/CELL/SEED and one above.
    private static let levels = 6
    /// The largest number of files; those after them are not read.
    private static let mostFiles = 200_000
    private static let endings = [".csv", ".json", ".yaml"]

    /// Returns a number that changes when a table, a run.json or a scenario in the folder is
    /// written, comes or goes. The number of a folder that is not there is one, too.
    public static func value(of folder: String) -> UInt64 {
        var hash = ContentHash()
        var left = mostFiles
        add(folder, to: &hash, levels: levels, left: &left)
        return hash.value
    }

    private static func add(
        _ folder: String, to hash: inout ContentHash, levels: Int, left: inout Int
    ) {
        for name in Files.names(in: folder) where name.first != "." && left > 0 {
            let path = "\(folder)/\(name)"
            var status = stat()
            guard stat(path, &status) == 0 else { continue }
            if status.st_mode & S_IFMT == S_IFDIR {
                if levels > 0 { add(path, to: &hash, levels: levels - 1, left: &left) }
            } else if endings.contains(where: name.hasSuffix) {
                left -= 1
                hash.add(path)
                FileVersion(status).add(to: &hash)
            }
        }
    }
}
