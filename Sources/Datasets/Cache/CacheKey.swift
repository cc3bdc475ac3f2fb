/// Keys of the cache are file names, and some arrive in messages. So only letters, digits, `_` and
/// `-` are allowed.
enum CacheKey {
    static let maximumLength = 64

    static func isValid(_ key: String) -> Bool {
        (1...maximumLength).contains(key.utf8.count)
            && key.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }
}
