import Bytes
import LinearAlgebra

/// Parameters as a file in the safetensors format, version of 2023: an 8-byte length, a JSON
/// header, raw little-endian float32 tensors. Readable by the `safetensors` package:
///
///     from safetensors.numpy import load_file
///     load_file("model.safetensors")["0.weight"].shape   # (outputs, inputs)
public enum SafeTensors {
    /// Returns the bytes of a file that holds the tensors of a flat parameter vector, in layout
    /// order.
    ///
    /// - Parameters:
    ///   - flat: parameters in stored order, `layout.count` of them.
    ///   - metadata: free text for the header, in this order.
    public static func encode(
        _ flat: [Float], layout: ParameterLayout, metadata: KeyValuePairs<String, String> = [:]
    ) -> [UInt8] {
        var entries: [String] = []
        if !metadata.isEmpty {
            let pairs = metadata.map { "\($0.key.jsonQuoted):\($0.value.jsonQuoted)" }
            entries.append("\"__metadata__\":{\(pairs.joined(separator: ","))}")
        }
        var offset = 0
        for view in layout.views {
            let end = offset + 4 * view.place.count
            let shape = view.shape.map(String.init).joined(separator: ",")
            entries.append(
                "\(view.name.jsonQuoted):{\"dtype\":\"F32\",\"shape\":[\(shape)],"
                    + "\"data_offsets\":[\(offset),\(end)]}")
            offset = end
        }
        var header = Array("{\(entries.joined(separator: ","))}".utf8)
        // Padded with spaces, so that the tensors start on a multiple of 8 bytes.
        while header.count % 8 != 0 { header.append(UInt8(ascii: " ")) }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(8 + header.count + offset)
        append(UInt64(header.count), to: &bytes)
        bytes.append(contentsOf: header)
        for view in layout.views {
            for value in layout.tensor(view, of: flat) { append(value.bitPattern, to: &bytes) }
        }
        return bytes
    }

    private static func append(_ value: some FixedWidthInteger, to bytes: inout [UInt8]) {
        for shift in stride(from: 0, to: value.bitWidth, by: 8) {
            bytes.append(UInt8(truncatingIfNeeded: value >> shift))
        }
    }
}
