import Bytes
import CSystem
import Glibc

/// The bytes of a file, mapped read-only and shared: all processes that map it use the same memory.
///
/// Cache files are replaced by renaming and never changed in place, so a mapping stays what it was.
/// Where another program cuts a mapped file off all the same, this process ends with exit code 1
/// and a sentence that names the file.
///
/// `@unchecked Sendable`: the pointer is to memory that nobody writes, and it is freed only when the
/// last reference is gone.
package final class MappedFile: @unchecked Sendable {
    /// The first byte; valid as long as this object lives. On a page boundary.
    let base: UnsafeRawPointer
    /// How many bytes.
    package let count: Int
    /// Where the file was; for messages.
    package let path: String
    private let mappedBytes: Int
    // Its number among the watched ranges; -1 for memory without a file.
    private let range: Int32

    /// Maps the whole file. Throws when it can't be opened or is no regular file.
    package init(path: String) throws(DataError) {
        // Without O_NONBLOCK a named pipe would make this call wait for its writer.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw .system("open", path) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .system("examine", path) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw .damaged(path: path, reason: "not a file")
        }
        let size = Int(status.st_size)
        // A mapping of no bytes is refused by the system; one page of nothing stands for it.
        let memory =
            size > 0
            ? mmap(nil, size, PROT_READ, MAP_SHARED, descriptor, 0)
            : mmap(nil, 1, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        guard let memory, memory != MAP_FAILED else { throw .system("map", path) }
        (base, count, self.path, mappedBytes) = (UnsafeRawPointer(memory), size, path, max(size, 1))
        range = size > 0 ? hyperfed_watch_range(memory, size, path) : -1
    }

    /// The same for bytes in memory; `path` stands for a name in messages.
    package init(copying bytes: [UInt8], path: String) throws(DataError) {
        let size = max(bytes.count, 1)
        let memory = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        guard let memory, memory != MAP_FAILED else { throw .system("allocate", path) }
        bytes.withUnsafeBytes { source in
            UnsafeMutableRawBufferPointer(start: memory, count: size).copyMemory(from: source)
        }
        (base, count, self.path, mappedBytes) = (
            UnsafeRawPointer(memory), bytes.count, path, size
        )
        range = -1
    }

    deinit {
        hyperfed_forget_range(range)
        munmap(UnsafeMutableRawPointer(mutating: base), mappedBytes)
    }

    /// Lends all bytes.
    package func withBytes<R, E: Error>(_ body: (UnsafeRawBufferPointer) throws(E) -> R) throws(E)
        -> R
    {
        defer { withExtendedLifetime(self) {} }
        return try body(UnsafeRawBufferPointer(start: base, count: count))
    }

    /// A copy of the first bytes, fewer when the file is shorter.
    package func prefix(_ length: Int) -> [UInt8] {
        withBytes { Array($0.prefix(length)) }
    }

    /// Adds a range of the bytes to a hash.
    func add(_ range: Range<Int>, to hash: inout ContentHash) {
        precondition(
            range.lowerBound >= 0 && range.upperBound <= count, "\(range) of \(count) bytes")
        withBytes { bytes in
            let part = UnsafeRawBufferPointer(rebasing: bytes[range])
            hash.add(part.bindMemory(to: UInt8.self).span)
        }
    }
}
