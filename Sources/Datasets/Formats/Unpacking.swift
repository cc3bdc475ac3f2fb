import CZlib

/// Unpacks a gzip stream in memory.
///
/// - Parameter name: the name of the stream, for the message if it is damaged.
func unpacked(_ packed: [UInt8], name: String) throws(DataError) -> [UInt8] {
    var stream = z_stream()
    // 16 on top of the largest window: a gzip header, not zlib's.
    let started = inflateInit2_(
        &stream, 16 + 15, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    guard started == Z_OK else {
        throw .damaged(path: name, reason: mismatch("zlib to start", "error \(started)"))
    }
    defer { inflateEnd(&stream) }
    var result: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    var input = packed
    let ending = input.withUnsafeMutableBufferPointer { input in
        buffer.withUnsafeMutableBufferPointer { output in
            stream.next_in = input.baseAddress
            stream.avail_in = UInt32(input.count)
            var state = Z_OK
            while state == Z_OK {
                stream.next_out = output.baseAddress
                stream.avail_out = UInt32(output.count)
                state = inflate(&stream, Z_NO_FLUSH)
                result.append(contentsOf: output.prefix(output.count - Int(stream.avail_out)))
            }
            return state
        }
    }
    guard ending == Z_STREAM_END else {
        throw .damaged(
            path: name, reason: mismatch("a gzip stream", "damaged data (zlib error \(ending))"))
    }
    return result
}
