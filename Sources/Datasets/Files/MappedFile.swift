import Bytes
import CSystem
import Glibc

/// The bytes of a file, mapped read-only and shared: all processes that map it use the same memory.
///
/// Cache files are replaced by renaming and never changed in place, so the content of a mapping
/// does not change. If another program makes a mapped file shorter, this process ends with exit
/// code 1 and a message that names the file.
///
/// `@unchecked Sendable`: no one writes to the memory of the pointer, and the memory is freed
/// with the last reference.
package final class MappedFile: @unchecked Sendable {
    /// The first byte; valid as long as this object lives. On a page boundary.
    let base: UnsafeRawPointer
    /// The number of bytes of the file.
    package let count: Int
    /// The path of the file, for messages.
    package let path: String
    private let mappedBytes: Int
    // The number of the file among the watched ranges; −1 for memory without a file.
    private let range: Int32

    /// Maps the whole file. Throws if the file cannot be opened or is not a regular file.
    package init(path: String) throws(DataError) {
        let file = try RegularFile(path: path)
        let size = file.count
        // The system refuses to map zero bytes, so one empty page replaces the mapping.
        let memory =
            size > 0
            ? mmap(nil, size, PROT_READ, MAP_SHARED, file.descriptor, 0)
            : mmap(nil, 1, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        guard let memory, memory != MAP_FAILED else { throw .system("map", path) }
        (base, count, self.path, mappedBytes) = (UnsafeRawPointer(memory), size, path, max(size, 1))
        range = size > 0 ? hyperfed_watch_range(memory, size, path) : -1
    }

    /// Maps memory with a copy of these bytes; `path` is a name for messages.
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

    /// Passes all bytes to the closure.
    package func withBytes<R, E: Error>(_ body: (UnsafeRawBufferPointer) throws(E) -> R) throws(E)
        -> R
    {
        defer { withExtendedLifetime(self) {} }
        return try body(UnsafeRawBufferPointer(start: base, count: count))
    }

    /// Lets go of the pages that were read, until they are read again. They stay in the system's
    /// cache, and no longer count as memory of this process.
    func releasePages() {
        guard range >= 0 else { return }
        _ = madvise(UnsafeMutableRawPointer(mutating: base), mappedBytes, MADV_DONTNEED)
    }

    /// Returns a copy of the first bytes, fewer if the file is shorter.
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
