import Messaging

extension FuzzTarget {
    /// Key files, and lists of the clients that may connect. The first byte says which of them.
    static func keys() throws -> FuzzTarget {
        let (pair, server) = (try KeyPair.make(), try KeyPair.make())
        let texts = [
            "a" + KeyText.secretText(of: pair, name: "one", serverKey: server.publicKey),
            "a" + KeyText.publicText(of: pair.publicKey, name: "one"),
            "b# Clients\n" + AllowList.line(name: "one", key: pair.publicKey)
                + AllowList.line(name: "two", key: server.publicKey),
        ]
        return FuzzTarget(
            "keys", seeds: texts.map { Array($0.utf8) },
            words: ["public-key", "secret-key", "server-key", "=", "\"", "#", "two", "\r\n"]
        ) { input in
            let text = String(decoding: input.dropFirst(), as: UTF8.self)
            if input.first == UInt8(ascii: "a") {
                let keys = try KeyText(text)
                precondition(keys.pair == nil || keys.pair?.publicKey == keys.publicKey)
            } else {
                let list = try AllowList(text)
                precondition(list.names.values.allSatisfy(AllowList.isName))
                precondition(Set(list.names.values).count == list.names.count)
            }
        }
    }
}
