import Bytes
import Testing

@Suite struct `Content hash` {
    private func hash(_ bytes: [UInt8]...) -> UInt64 {
        var hash = ContentHash()
        for part in bytes { hash.add(part) }
        return hash.value
    }

    @Test func `golden values: caches and digests outlive a release`() {
        #expect(ContentHash().text == "cbf29ce484222325")
        var abc = ContentHash()
        abc.add("abc")
        #expect(abc.text == "d72eb3dd6301007a")
        var long = ContentHash()
        long.add(Array(0...255))
        #expect(long.text == "1616186ac1e611bd")
        var word = ContentHash()
        word.add(UInt64(1))
        // (offset basis ^ 1) × prime = af63bc4c8601b62c, mixed with itself shifted by 29.
        let product: UInt64 = 0xaf63_bc4c_8601_b62c
        #expect(word.value == product ^ product >> 29)
    }

    @Test func `every byte and its position count`() {
        let bytes = [UInt8](repeating: 0, count: 29)
        var seen: Set<UInt64> = [hash(bytes)]
        for index in bytes.indices {
            for bit in 0..<8 {
                var changed = bytes
                changed[index] ^= 1 << UInt8(bit)
                #expect(seen.insert(hash(changed)).inserted, "byte \(index), bit \(bit)")
            }
        }
    }

    @Test func `zeros of different counts differ`() {
        let hashes = (0...40).map { hash([UInt8](repeating: 0, count: $0)) }
        #expect(Set(hashes).count == hashes.count)
    }

    @Test func `where one part ends and the next begins counts`() {
        #expect(hash([1, 2, 3]) != hash([1], [2, 3]))
        #expect(hash([1], [2, 3]) != hash([1, 2], [3]))
        #expect(hash([1], [2]) != hash([2], [1]))
        #expect(hash([]) != ContentHash().value)
    }

    @Test func `the high bits of a word reach the low bits of the hash`() {
        // Plain FNV over words would leave the low 32 bits alone.
        let low = (0..<32).map { bit -> UInt32 in
            var hash = ContentHash()
            hash.add(UInt64(1) << UInt64(32 + bit))
            hash.add(UInt64(0))
            return UInt32(truncatingIfNeeded: hash.value)
        }
        #expect(Set(low).count == low.count)
    }

    @Test func `text is always sixteen digits`() {
        var hash = ContentHash()
        for word in 0..<2000 {
            hash.add(UInt64(word))
            #expect(hash.text.count == 16 && UInt64(hash.text, radix: 16) == hash.value)
        }
    }
}
