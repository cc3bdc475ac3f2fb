import Bytes
import Testing

@Suite struct `Content digest` {
    private func digest(_ parts: [UInt8]...) -> String {
        var digest = ContentDigest()
        for part in parts { digest.add(part) }
        return digest.text
    }

    // The values are those of Python's hashlib.blake2b(…, digest_size=32).
    @Test func `it is BLAKE2b with 256 bits`() {
        #expect(
            ContentDigest().text
                == "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8")
        var abc = ContentDigest()
        abc.add("abc")
        #expect(abc.text == "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319")
        #expect(
            digest((0..<1_000_003).map { UInt8($0 % 251) })
                == "5dd13c21d5d15ee3672fffd056431873359dc5c1f0221b5ef13c4693aa8d13d1")
    }

    @Test func `only the bytes count, not how they come`() {
        let bytes = (0..<1000).map { UInt8($0 * 7 % 256) }
        let whole = digest(bytes)
        for split in [0, 1, 63, 64, 127, 128, 129, 500, 999, 1000] {
            #expect(digest(Array(bytes[..<split]), Array(bytes[split...])) == whole, "\(split)")
            var first = ContentDigest()
            first.add(bytes, first: split)
            #expect(first.text == digest(Array(bytes[..<split])), "\(split)")
        }
    }

    @Test func `reading it leaves it as it was, and a copy goes its own way`() {
        var one = ContentDigest()
        one.add("a")
        #expect(one.text == one.text)
        var other = one
        other.add("b")
        one.add("c")
        var expected = ContentDigest()
        expected.add("ac")
        #expect(one.text == expected.text && other.text != one.text)
    }

    @Test func `every bit counts`() {
        let bytes = [UInt8](repeating: 0, count: 130)
        var seen: Set<String> = [digest(bytes)]
        for index in bytes.indices {
            for bit in 0..<8 {
                var changed = bytes
                changed[index] ^= 1 << UInt8(bit)
                #expect(seen.insert(digest(changed)).inserted, "byte \(index), bit \(bit)")
            }
        }
    }
}
