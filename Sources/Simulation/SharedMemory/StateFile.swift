import CSystem
import Glibc
import Messaging

/// The file with the vectors of client states that have no room in memory.
///
/// The file has no name, so it is gone with the process. It grows by mapped segments. The system
/// moves their pages between memory and disk. All places have one size. A place is free again when
/// the last reference to its vectors is gone.
package final class StateFile {
    private let path: String
    private let descriptor: Int32
    private let placeBytes: Int
    private let placesOfSegment: Int
    private var segments: [(base: UnsafeMutableRawPointer, watch: Int32)] = []
    private var made = 0
    fileprivate var free: [Int] = []

    private static let page = 4096
    /// The bytes of a segment, if a place is not larger.
    private static let segmentBytes = 1 << 28

    /// Creates an empty file in a folder; nil if the folder takes none.
    ///
    /// - Parameter floats: the most floats of one client state.
    package init?(in folder: String, floats: Int) {
        path = "\(folder)/.states-\(getpid())"
        let (bytes, overflows) = floats.multipliedReportingOverflow(by: 4)
        guard floats > 0, !overflows, bytes < 1 << 40 else { return nil }
        placeBytes = (bytes + Self.page - 1) / Self.page * Self.page
        placesOfSegment = max(1, Self.segmentBytes / placeBytes)
        descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return nil }
        unlink(path)
    }

    deinit {
        for segment in segments {
            hyperfed_forget_range(segment.watch)
            munmap(segment.base, placesOfSegment * placeBytes)
        }
        close(descriptor)
    }

    /// Copies vectors into the file. Returns nil if the disk has no room for them.
    package func store(_ floats: Span<Float>) -> StoredVectors? {
        guard floats.count * 4 <= placeBytes, let place = reserve() else { return nil }
        let stored = StoredVectors(self, place, count: floats.count)
        let start = base(of: place)
        floats.withUnsafeBytes { bytes in
            guard let source = bytes.baseAddress else { return }
            start.copyMemory(from: source, byteCount: bytes.count)
        }
        // The pages leave the memory of this process, and stay in the file.
        madvise(start, placeBytes, MADV_DONTNEED)
        return stored
    }

    private func reserve() -> Int? {
        if let place = free.popLast() { return place }
        guard made < segments.count * placesOfSegment || grow() else { return nil }
        made += 1
        return made - 1
    }

    /// Maps one more segment, whose bytes are reserved on the disk first. So a full disk is found
    /// here, and not when a page is written.
    private func grow() -> Bool {
        let size = placesOfSegment * placeBytes
        let offset = off_t(segments.count) * off_t(size)
        var status: Int32
        repeat { status = posix_fallocate(descriptor, offset, off_t(size)) } while status == EINTR
        guard status == 0,
            let base = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, offset),
            base != MAP_FAILED
        else { return false }
        segments.append((base, hyperfed_watch_range(base, size, path)))
        return true
    }

    fileprivate func base(of place: Int) -> UnsafeMutableRawPointer {
        segments[place / placesOfSegment].base + place % placesOfSegment * placeBytes
    }
}

/// The vectors of one client state in a `StateFile`.
package final class StoredVectors {
    private let file: StateFile
    private let place: Int
    /// The number of floats.
    package let count: Int

    fileprivate init(_ file: StateFile, _ place: Int, count: Int) {
        (self.file, self.place, self.count) = (file, place, count)
    }

    deinit { file.free.append(place) }

    /// Passes the floats to `body`, which reads them from the file.
    package func withFloats<R, E: Error>(_ body: (Span<Float>) throws(E) -> R) throws(E) -> R {
        let start = file.base(of: place).assumingMemoryBound(to: Float.self)
        return try body(Span(_unsafeStart: start, count: count))
    }

    /// Returns a copy in memory, as the body of a message.
    func frame() -> SharedFrame {
        SharedFrame(count: count) { frame in
            withFloats { floats in
                for index in floats.indices { frame[index] = floats[index] }
            }
        }
    }
}
