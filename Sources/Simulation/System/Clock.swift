import CSystem
import Glibc

/// Seconds of the clock that never jumps; its zero means nothing.
public func monotonicSeconds() -> Double { hyperfed_monotonic_seconds() }

/// The wall clock as ISO 8601, for reports only.
func utcTime() -> String {
    var now = time(nil)
    var parts = tm()
    gmtime_r(&now, &parts)
    var buffer = [CChar](repeating: 0, count: 32)
    let count = strftime(&buffer, buffer.count, "%Y-%m-%dT%H:%M:%SZ", &parts)
    return String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
}
