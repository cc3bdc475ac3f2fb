import CSystem
import Glibc

/// Returns seconds of a clock that never jumps. Its zero has no meaning.
public func monotonicSeconds() -> Double { hyperfed_monotonic_seconds() }

/// Returns the wall-clock time in seconds since 1970, for event files only.
func wallTime() -> Double {
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    return Double(now.tv_sec) + 1e-9 * Double(now.tv_nsec)
}

/// Returns the wall-clock time as ISO 8601, for reports only.
func utcTime() -> String {
    var now = time(nil)
    var parts = tm()
    gmtime_r(&now, &parts)
    var buffer = [CChar](repeating: 0, count: 32)
    let count = strftime(&buffer, buffer.count, "%Y-%m-%dT%H:%M:%SZ", &parts)
    return String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
}
