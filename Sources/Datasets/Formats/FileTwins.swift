import CZlib
import Glibc
import Settings

/// Files that can replace one another: a file and its packed version, or the parts of one data set.
enum FileTwins {
    /// Returns the path of the packed file for a plain one, and the other way round: `t.csv.gz`
    /// for `t.csv`.
    static func twin(of path: String) -> String {
        path.hasSuffix(".gz") ? String(path.dropLast(3)) : path + ".gz"
    }

    /// Warns if a packed and a plain file differ, of which this one is read.
    static func notes(_ path: String) -> [DataNote] {
        let other = twin(of: path)
        guard isThere(path), isThere(other) else { return [] }
        let (packed, plain) = path.hasSuffix(".gz") ? (path, other) : (other, path)
        guard !isSame(packed, plain) else { return [] }
        return [
            DataNote(
                "twins", path,
                mismatch(
                    "the same content in \(other)", "other content",
                    "only this file is read; remove or rename one of them"))
        ]
    }

    /// Returns the notes of all files of a pattern. One file alone may be a part of several.
    static func notes(pattern: String) -> [DataNote] {
        let paths = (try? TextPaths(pattern))?.paths ?? []
        return paths.flatMap { notes($0) } + (paths.count == 1 ? shardNotes(paths[0]) : [])
    }

    /// Warns if a file is one of several parts by its name, such as train-00000-of-00004.csv.
    static func shardNotes(_ path: String) -> [DataNote] {
        let name = path.split(separator: "/").last ?? ""
        guard let match = name.firstMatch(of: /(\d+)-of-(\d+)/), let count = Int(match.2),
            count > 1
        else { return [] }
        return [
            DataNote(
                "parts", path,
                mismatch(
                    "all data in one file", "one of \(count.grouped) files by its name",
                    "only this file is read; join the files to use all"))
        ]
    }

    /// Reads all bytes of a file, unpacked. The error of a missing file names its twin if that
    /// exists.
    static func bytes(of path: String) throws(DataError) -> [UInt8] {
        do throws(DataError) {
            return try GzipFile.bytes(of: path)
        } catch .system(_, _, ENOENT) where isThere(twin(of: path)) {
            throw .damaged(
                path: path,
                reason: mismatch("a file", "no such file", "name \(twin(of: path)), which exists"))
        }
    }

    static func isThere(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// Returns whether a packed file has the length and the checksum of the plain one at its end.
    ///
    /// - Source: RFC 1952, section 2.3: CRC32, then the length modulo 2^32, little-endian.
    private static func isSame(_ packed: String, _ plain: String) -> Bool {
        guard let packed = try? MappedFile(path: packed), let plain = try? MappedFile(path: plain),
            packed.count >= 18
        else { return false }
        let words = packed.withBytes { bytes in
            [8, 4].map { bytes.loadUnaligned(fromByteOffset: packed.count - $0, as: UInt32.self) }
        }
        guard words[1].littleEndian == UInt32(truncatingIfNeeded: plain.count) else {
            return false
        }
        let checksum = plain.withBytes { bytes in
            // A buffer of no bytes has no address, for which zlib gives the start value, as well.
            crc32_z(0, bytes.bindMemory(to: UInt8.self).baseAddress, bytes.count)
        }
        return UInt32(truncatingIfNeeded: checksum) == words[0].littleEndian
    }
}
