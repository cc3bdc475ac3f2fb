import Foundation
import LinearAlgebra
import Models
import TestSupport
import Testing

@Suite struct `Safetensors files` {
    private struct Entry: Decodable, Equatable {
        let dtype: String
        let shape: [Int]
        let data_offsets: [Int]
    }

    /// A model of both storages, its parameters, and the bytes of its file.
    private func sample() throws -> (network: Network, flat: [Float], bytes: [UInt8]) {
        let network = try network("{ kind: mlp, hidden: [18] }", inputs: 3, classes: 2)
        var flat = network.initialParameters(seed: 1)
        for index in flat.indices { flat[index] += Float(index) }
        let bytes = SafeTensors.encode(
            flat, layout: network.layout, metadata: ["name": "a \"b\"\n", "round": "7"])
        return (network, flat, bytes)
    }

    /// The header's JSON and where the tensors begin.
    private func header(_ bytes: [UInt8]) throws -> (json: [UInt8], start: Int) {
        let length = bytes.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
        try #require(8 + length <= bytes.count)
        return (Array(bytes[8..<8 + length]), 8 + length)
    }

    @Test func `have the header that the format asks for`() throws {
        let (network, _, bytes) = try sample()
        let (json, start) = try header(bytes)
        #expect(start % 8 == 0)
        #expect(json.first == UInt8(ascii: "{"))
        var entries = try #require(
            try JSONSerialization.jsonObject(with: Data(json)) as? [String: Any])
        let metadata = entries.removeValue(forKey: "__metadata__") as? [String: String]
        #expect(metadata == ["name": "a \"b\"\n", "round": "7"])
        let tensors = try JSONDecoder().decode(
            [String: Entry].self, from: JSONSerialization.data(withJSONObject: entries))
        // 18 × 3 floats are 216 bytes, 18 are 72, 2 × 18 are 144, 2 are 8.
        #expect(
            tensors == [
                "0.weight": Entry(dtype: "F32", shape: [18, 3], data_offsets: [0, 216]),
                "0.bias": Entry(dtype: "F32", shape: [18], data_offsets: [216, 288]),
                "2.weight": Entry(dtype: "F32", shape: [2, 18], data_offsets: [288, 432]),
                "2.bias": Entry(dtype: "F32", shape: [2], data_offsets: [432, 440]),
            ])
        #expect(bytes.count == start + 440)
        #expect(network.layout.count == 110)
    }

    @Test func `hold the tensors in the shape that users see`() throws {
        let (network, flat, bytes) = try sample()
        let start = try header(bytes).start
        let numbers = stride(from: start, to: bytes.count, by: 4).map { index in
            Float(
                bitPattern: bytes[index..<index + 4].reversed().reduce(0) {
                    $0 << 8 | UInt32($1)
                })
        }
        let views = network.layout.views
        #expect(numbers == views.flatMap { network.layout.tensor($0, of: flat) })
        // The first layer is stored as (inputs, outputs): row 1 of the file is every 18th number.
        #expect(views[0].axes.map(\.stride) == [1, 18] && views[2].axes.last?.stride == 1)
        #expect(Array(numbers[3..<6]) == [flat[1], flat[19], flat[37]])
    }

    @Test func `without metadata have none`() throws {
        let network = try network("softmax_regression", inputs: 2, classes: 2)
        let bytes = SafeTensors.encode([1, 2, 3, 4, 5, 6], layout: network.layout)
        let (json, _) = try header(bytes)
        let text = try #require(String(validating: json, as: UTF8.self))
        #expect(
            text.trimmingCharacters(in: .whitespaces)
                == #"{"0.weight":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]},"#
                + #""0.bias":{"dtype":"F32","shape":[2],"data_offsets":[16,24]}}"#)
    }

    private static let canLoad =
        Python.output(of: ["-c", "import safetensors.numpy, numpy"]) != nil

    @Test(.enabled(if: canLoad, "needs Python with safetensors and numpy"))
    func `are read by the safetensors package`() throws {
        let (network, flat, bytes) = try sample()
        let file = FileManager.default.temporaryDirectory
            .appending(path: "hyperfed-\(UUID().uuidString).safetensors")
        defer { try? FileManager.default.removeItem(at: file) }
        try Data(bytes).write(to: file)
        let said = Python.output(of: [
            "-c",
            """
            from safetensors.numpy import load_file
            t = load_file('\(file.path)')
            w = t['0.weight']
            print(sorted((k, v.shape) for k, v in t.items()))
            print(float(w[17, 0]), float(t['2.weight'].astype('float64').sum()))
            """,
        ])
        let weight = network.layout.tensor(network.layout.views[0], of: flat)
        let sum = network.layout.tensor(network.layout.views[2], of: flat)
            .reduce(0.0) { $0 + Double($1) }
        let words = try #require(said).split(separator: "\n")
        let shapes =
            "[('0.bias', (18,)), ('0.weight', (18, 3)), ('2.bias', (2,)), ('2.weight', (2, 18))]"
        #expect(words.first.map { String($0) } == shapes)
        let numbers = try #require(words.last).split(separator: " ").compactMap { Double($0) }
        #expect(numbers.count == 2)
        #expect(numbers.first == Double(weight[17 * 3]))
        #expect(abs((numbers.last ?? 0) - sum) < 1e-6 * sum)
    }
}
