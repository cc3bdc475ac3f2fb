import Settings
import Testing

@Suite struct `Overrides` {
    private let base = """
        rounds: 10
        client:
          learning_rate: 0.01
          scheduler: fedhyper_cl
          layers: [1, 2]
        server: { scheduler: { kind: fedhyper_g, form: paper } }
        data:
        """

    /// `path = value` of every scalar below, in file order.
    private func flat(_ tree: SettingsTree, _ path: String = "") -> [String] {
        (tree.entries(path) ?? []).flatMap { key, value, _ in
            let inner = path.isEmpty ? key : "\(path).\(key)"
            return value.text.map { ["\(inner)=\($0)"] } ?? flat(tree, inner)
        }
    }

    private func values(_ path: String, _ value: String, under root: String) throws -> [String] {
        var tree = try SettingsTree(yaml: base, file: "demo.yaml")
        try tree.set(path, to: value, place: .commandLine(set: path))
        return flat(tree, root)
    }

    @Test func `a scalar replaces what was there`() throws {
        #expect(try values("rounds", "20", under: "")[0] == "rounds=20")
        #expect(
            try values("server.scheduler", "constant", under: "server")
                == ["server.scheduler=constant"])
    }

    @Test func `null takes a key away`() throws {
        var tree = try SettingsTree(
            yaml: "rounds: 5\nname: x\ndata: { skew: { alpha: 2 } }", file: "demo.yaml")
        try tree.set("rounds", to: "null", place: .commandLine(set: "rounds"))
        try tree.set("data", to: "{ skew: { alpha: ~ } }", place: .commandLine(set: "data"))
        #expect(tree.node("rounds") == nil && tree.node("data.skew.alpha") == nil)
        #expect(tree.node("name") != nil && tree.node("data.skew") != nil)
        #expect(try tree.load { Demo($0) }.value.rounds == 50)
    }

    @Test func `a missing or null path is created`() throws {
        #expect(
            try values("data.skew.alpha", "0.1", under: "data") == ["data.skew.alpha=0.1"])
        #expect(try values("new.a.b", "x", under: "new") == ["new.a.b=x"])
    }

    @Test func `a bare kind on the way becomes a mapping with that kind`() throws {
        let opened = ["client.scheduler.kind=fedhyper_cl", "client.scheduler.form=paper"]
        #expect(
            try values("client.scheduler.form", "paper", under: "client.scheduler") == opened)
        #expect(
            try values("client.scheduler", "{form: paper}", under: "client.scheduler") == opened)
    }

    @Test func `a mapping with kind replaces, one without is merged`() throws {
        #expect(
            try values("server.scheduler", "{kind: dynamic, bound: 3}", under: "server.scheduler")
                == ["server.scheduler.kind=dynamic", "server.scheduler.bound=3"])
        #expect(
            try values("server.scheduler", "{bound: 3}", under: "server.scheduler") == [
                "server.scheduler.kind=fedhyper_g", "server.scheduler.form=paper",
                "server.scheduler.bound=3",
            ])
        #expect(
            try values("server", "{scheduler: {form: normalized}}", under: "server") == [
                "server.scheduler.kind=fedhyper_g", "server.scheduler.form=normalized",
            ])
    }

    private static let path = "expected a key path such as client.learning_rate"

    @Test(arguments: [
        (
            "client.layers.first", "1",
            "client.layers: expected a mapping whose keys can be changed, found a list (demo.yaml:5:11);"
                + " change the whole value"
        ),
        (
            "client.learning_rate.x", "1",
            "client.learning_rate: expected a mapping whose keys can be changed, found 0.01"
                + " (demo.yaml:3:18); change the whole value"
        ),
        (
            "rounds", "{a: 1}",
            "rounds: expected a mapping whose keys can be changed, found 10 (demo.yaml:1:9); change the"
                + " whole value"
        ),
        ("a..b", "1", "\(path), found 'a..b'; write one name between two dots"),
        ("", "1", "\(path), found ''; write one name between two dots"),
        (
            "rounds", "[1",
            "expected valid YAML, found an error (did not find expected ',' or ']', while parsing a flow sequence)"
        ),
        (
            "a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p", "1",
            "expected a key path of at most 15 keys, found 'a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p' with 16"
        ),
    ])
    func `what is impossible is an error with the place`(
        path: String, value: String, message: String
    ) throws {
        let error = #expect(throws: SettingsError.self) {
            try values(path, value, under: "")
        }
        #expect(error?.description == "command line --set \(path): error: \(message)")
    }

    @Test func `variants have dotted keys and bring their own places`() throws {
        var tree = try SettingsTree(
            yaml: """
                rounds: 5
                client: { scheduler: fedhyper_g }
                compare:
                  variants:
                    slow: { client.scheduler.hyper_rate: -1, rounds: 9 }
                    plain: {}
                    none:
                """, file: "demo.yaml")
        let removed = tree.remove("compare")
        let compare = try #require(removed)
        #expect(tree.node("compare") == nil)
        let variants = try #require(SettingsTree(compare).entries("variants"))
        #expect(variants.map(\.key) == ["slow", "plain", "none"])
        #expect(variants[1].place.text == "demo.yaml:6:5")
        for variant in variants.dropFirst() {
            var merged = tree
            try merged.merge(variant.value)
            #expect(try merged.load(Demo.init).value.rounds == 5)
        }
        try tree.merge(variants[0].value)
        let error = #expect(throws: SettingsError.self) { try tree.load(Demo.init) }
        #expect(
            error?.description
                == "demo.yaml:5:42: error: client.scheduler.hyper_rate: expected a number of 0 or more, found"
                + " -1")
    }

    @Test func `a variant that is no mapping is an error`() throws {
        var tree = try SettingsTree(yaml: "a: 1\nb: [1]", file: "demo.yaml")
        let list = try #require(tree.node("b"))
        let error = #expect(throws: SettingsError.self) { try tree.merge(list) }
        #expect(
            error?.description
                == "demo.yaml:2:4: error: expected a mapping of changed keys such as { training.rounds:"
                + " 50 }, found a list")
    }
}
