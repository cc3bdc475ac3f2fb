import Datasets
import RandomStreams
import TestSupport
import Testing

@Suite struct `Documents of partitions` {
    private static let origin = PartitionDocument.Origin(
        dataKey: "digits-0b6c", datasetKind: "digits", sampleCount: 12, seed: .max,
        skew: #"{"kind": "dirichlet", "alpha": 0.5}"#)

    private func document(_ text: String) throws -> PartitionDocument {
        try PartitionDocument(bytes: Array(text.utf8), path: "p.json")
    }

    private func lists(_ text: String) throws -> [[Int]] {
        try document(text).clients.map(\.indices)
    }

    private func refusal(
        _ text: String, of samples: Int = 12, dataKey: String? = nil, repeats: Bool = false
    ) -> String {
        do {
            _ = try document(text).partition(
                of: samples, dataKey: dataKey, repeatsSamples: repeats)
            return "no error"
        } catch {
            return "\(error)"
        }
    }

    @Test func `have this form`() {
        let bytes = PartitionDocument.bytes(
            of: Partition([[3, 9], [11, 0, 10]], of: 12), Self.origin)
        #expect(
            String(decoding: bytes, as: UTF8.self) == """
                {
                  "format": "hyperfed partition 1",
                  "data": "digits-0b6c", "dataset": "digits", "samples": 12, "seed": \(UInt64.max),
                  "skew": {"kind": "dirichlet", "alpha": 0.5},
                  "clients": [
                    [3, 9],
                    [11, 0, 10]
                  ]
                }

                """)
    }

    // Reader and writer are inverse: facts, clients and orders come back.
    @Test(arguments: 0..<20)
    func `that are written are read back`(seed: UInt64) throws {
        var stream = RandomKey(seed: seed, .partition).stream()
        let samples = 1 + stream.below(300)
        let repeats = stream.below(2) == 1
        var order = (0..<samples).map { Int32($0) }
        stream.shuffle(&order)
        var parts: [[Int32]] = []
        while !order.isEmpty, parts.count < 9 {
            let size = 1 + stream.below(order.count)
            parts.append(Array(order.suffix(size)))
            if !repeats || stream.below(2) == 0 { order.removeLast(size) }
        }
        let partition = Partition(parts, of: samples, repeatsSamples: repeats)
        let origin = PartitionDocument.Origin(
            dataKey: "d-\(seed)", datasetKind: "a \"quoted\"\nname", sampleCount: samples,
            seed: stream.bits(), skew: Shards(perClient: 2, spreadsLeftOver: true).json)
        let bytes = PartitionDocument.bytes(of: partition, origin)
        let read = try PartitionDocument(bytes: bytes, path: "p.json")
        #expect(read.origin == origin)
        #expect(
            try read.partition(of: samples, dataKey: "d-\(seed)", repeatsSamples: repeats)
                == partition)
        let again = try read.partition(of: samples, dataKey: nil, repeatsSamples: repeats)
        #expect(PartitionDocument.bytes(of: again, origin) == bytes)
    }

    @Test func `of other tools are lists, or objects of lists`() throws {
        #expect(try lists("[[1, 2],[0]]") == [[1, 2], [0]])
        #expect(try lists("\u{FEFF} [ [ 1 ] , [] ] \n") == [[1], []])
        #expect(try lists(#"{"10": [1], "2": [0, 3]}"#) == [[0, 3], [1]])
        #expect(try lists(#"{"b": [1], "a": [0, 3]}"#) == [[1], [0, 3]])
        #expect(
            try lists(#"{"client_dict": {"1": [5], "0": [4]}, "sizes": [1, 1]}"#) == [[4], [5]])
        #expect(try lists(#"{"users": ["x"], "partitions": [[2], [3]]}"#) == [[2], [3]])
        #expect(try document(#"{"b\u00e9\ud83d\ude00": [1]}"#).clients[0].name == "bé😀")
        #expect(try document("[[1],[0]]").origin == nil)
    }

    @Test func `may be packed, and are named in errors`() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("plain.json", Array("[[1], [0]]".utf8))
        #expect(try PartitionDocument(path: path).clients.map(\.indices) == [[1], [0]])
        #expect(throws: DataError.self) { try PartitionDocument(path: path + ".missing") }
    }

    @Test(arguments: [
        ("", "p.json:1:1: expected a value, found the end of the text"),
        ("[[1, 2]", "p.json:1:8: expected ',' or ']', found the end of the text"),
        ("[[1,\n 2 3]]", "p.json:2:4: expected ',' or ']', found '3'"),
        ("[[01]]", "p.json:1:3: expected a value, found '0'"),
        ("[[1]] x", "p.json:1:7: expected the end of the text, found 'x'"),
        ("[[1],]", "p.json:1:6: expected a value, found ']'"),
        ("{\"a\": [1], \"a\": [2]}", "p.json:1:12: expected keys that differ, found 'a' twice"),
        ("{a: 1}", "p.json:1:2: expected a key in quotes, found 'a'"),
        ("[\"a", "p.json:1:2: expected a text that ends, found '\"'"),
        ("[\"\\q\"]", "p.json:1:4: expected an escape such as \\n, found 'q'"),
        ("[\"\\u12x4\"]", "p.json:1:5: expected four hexadecimal digits, found '1'"),
        ("[NaN]", "p.json:1:2: expected a value, found 'N'"),
        ("[]", "p.json: expected a list of sample indices for each client, found an empty list"),
        (
            "[1, 2]",
            "p.json: expected a list of sample indices for each client, found a list of numbers"
        ),
        ("3", "p.json: expected a list of sample indices for each client, found 3"),
        ("{}", "p.json: expected a list of sample indices for each client, found an empty object"),
        ("[[1], [2, 1.5]]", "p.json: client 1, position 1: expected a whole number, found 1.5"),
        ("[[1], 7]", "p.json: client 1: expected a list of sample indices, found 7"),
        (
            "[[1, 9999999999999999999]]",
            "p.json: client 0, position 1: expected a whole number, found 9999999999999999999"
        ),
        (
            #"{"client_dict": {"a": [0], "b": "x"}}"#,
            "p.json: client_dict: client 'b': expected a list of sample indices, found 'x'"
        ),
        (
            #"{"one": [[0]], "two": [[1]]}"#,
            "p.json: expected one list of clients, found 2 ('one' and 'two'); leave the others out"
        ),
        (
            #"{"format": "hyperfed partition 2"}"#,
            "p.json: format: expected 'hyperfed partition 1', found 'hyperfed partition 2'"
        ),
        (
            #"{"format": "hyperfed partition 1", "skew": {}, "data": 3}"#,
            "p.json: data: expected a text, found 3"
        ),
        (
            "[[1], []]",
            "p.json: client 1: expected 1 sample or more, found none; leave the client out"
        ),
        (
            "[[1], [0, 12]]",
            "p.json: client 1, position 1: expected a training sample from 0 to 11, found 12"
        ),
        (
            "[[1], [-1]]",
            "p.json: client 1, position 0: expected a training sample from 0 to 11, found -1"
        ),
        (
            "[[4, 1], [0, 2], [3, 2]]",
            "p.json: client 2, position 1: expected each sample once, found sample 2 again (first at"
                + " client 1, position 1); remove one of them, or allow it with overlap: true"
        ),
        (
            #"{"x": [4, 4]}"#,
            "p.json: client 'x', position 1: expected each sample once, found sample 4 again (first"
                + " at client 'x', position 0); remove one of them, or allow it with overlap: true"
        ),
    ])
    func `that cannot be used are refused with the place`(text: String, message: String) {
        #expect(refusal(text) == message)
    }

    @Test func `of another data set are refused`() {
        let text = String(
            decoding: PartitionDocument.bytes(of: Partition([[3, 9]], of: 12), Self.origin),
            as: UTF8.self)
        #expect(refusal(text, dataKey: "digits-0b6c") == "no error")
        #expect(
            refusal(text, dataKey: "digits-1111")
                == "p.json: data: expected 'digits-1111', the key of the data set, found"
                + " 'digits-0b6c', a partition of digits; use the data set and the data.seed of the"
                + " document, or draw it again")
        #expect(
            refusal(text, of: 13)
                == "p.json: samples: expected 13, the training samples of the data set, found 12;"
                + " use the data set and the data.seed of the document, or draw it again")
        #expect(refusal("[[1, 1], [1]]", repeats: true) == "no error")
    }

    // Every cut and every changed byte: an error or another document, never a trap.
    @Test func `that are damaged end in errors`() {
        let bytes = PartitionDocument.bytes(
            of: Partition([[3, 9], [11, 0, 10]], of: 12), Self.origin)
        for end in 0..<bytes.count - 2 {
            #expect(throws: DataError.self) {
                try PartitionDocument(bytes: Array(bytes[..<end]), path: "p.json")
            }
        }
        for index in bytes.indices {
            for value: UInt8 in [0, 0x22, 0x2D, 0x30, 0x5B, 0x5C, 0x5D, 0x7B, 0xFF] {
                var changed = bytes
                changed[index] = value
                if let read = try? PartitionDocument(bytes: changed, path: "p.json") {
                    _ = try? read.partition(of: 12, dataKey: nil)
                }
            }
        }
        let deep = [UInt8](repeating: UInt8(ascii: "["), count: 100_000)
        #expect(throws: DataError.self) { try PartitionDocument(bytes: deep, path: "p.json") }
    }

    @Test func `of samples that repeat come back from the cache, too`() throws {
        let folder = try TemporaryFolder()
        let cache = DataCache(folder: folder.path)
        let partition = Partition([[1, 1, 0], [1, 3]], of: 4, repeatsSamples: true)
        #expect(partition.totalSize == 5 && partition.usedSamples == 3)
        _ = try cache.partition(key: "partition-r") { partition }
        let read = try #require(try cache.partition(key: "partition-r"))
        #expect(read == partition && read.repeatsSamples && read.usedSamples == 3)
        #expect(Partition([[1], [0]], of: 4).usedSamples == 2)
    }
}
