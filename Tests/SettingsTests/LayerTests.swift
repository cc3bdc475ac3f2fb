import Settings
import Testing

@Suite struct `Layers of settings` {
    private static let base = """
        rounds: 5
        client: { rate: 0.1, rule: fedhyper, hidden: [1, 2], data: { a: 1 } }
        """

    private func tree(
        _ layers: [(kind: SettingsLayer.Kind, name: String, changes: String)]
    ) throws -> LayeredTree {
        var tree = LayeredTree(try SettingsTree(yaml: Self.base, file: "demo.yaml"))
        for layer in layers {
            let changes = try SettingsTree(yaml: "it: \(layer.changes)", file: "\(layer.name).yaml")
            let node = try #require(changes.node("it"))
            try tree.apply(node, as: SettingsLayer(layer.kind, layer.name))
        }
        return tree
    }

    private func lost(_ lower: String, _ upper: String) throws -> [String] {
        try tree([(.variant, "low", lower), (.commandLine, "high", upper)]).lostValues().map {
            "\($0.path)=\($0.value.flowText) by \($0.winner.path)\($0.isGone ? ", gone" : "")"
        }
    }

    @Test(arguments: [
        ("{ rounds: 6 }", "{ rounds: 7 }", "rounds=6 by rounds"),
        ("{ rounds: 6 }", "{ rounds: 6 }", ""), ("{ rounds: 6 }", "{ client.rate: 6 }", ""),
        ("{ rounds: 6 }", "{ rounds: null }", "rounds=6 by rounds, gone"),
        ("{ rounds: null }", "{ rounds: 6 }", "rounds=null by rounds"),
        ("{ client: { rate: 1 } }", "{ client.rate: 2 }", "client.rate=1 by client.rate"),
        ("{ client.rule: a }", "{ client.rule.kind: b }", "client.rule=a by client.rule.kind"),
        ("{ client.rule.kind: b }", "{ client.rule: a }", "client.rule.kind=b by client.rule"),
        ("{ client.rule: a }", "{ client.rule: { kind: a } }", ""),
        ("{ client.rule: a }", "{ client.rule.form: x }", ""),
        (
            "{ client.rule.form: x }", "{ client.rule: b }",
            "client.rule.form=x by client.rule, gone"
        ),
        (
            "{ client.rule: { kind: a, form: x } }", "{ client.rule.form: y }",
            "client.rule.form=x by client.rule.form"
        ),
        (
            "{ client.hidden: [3] }", "{ client.hidden: [3, 4] }",
            "client.hidden=[3] by client.hidden"
        ),
        ("{ client.data: {} }", "{ client.data: { a: 2 } }", ""),
    ])
    func `a value is lost where a stronger layer gives another one`(
        lower: String, upper: String, expected: String
    ) throws {
        #expect(try lost(lower, upper).joined(separator: "; ") == expected)
    }

    @Test func `values of the file are never reported as lost`() throws {
        #expect(
            try tree([(.variant, "v", "{ rounds: 9, client: { rate: 3 } }")]).lostValues().isEmpty)
    }

    @Test func `a layer can lose a value to itself`() throws {
        let tree = try tree([(.variant, "v", "{ client.rate: 1, client: { rate: 2 } }")])
        let lost = try #require(tree.lostValues().first)
        #expect(lost.layer == lost.winner.layer && lost.path == "client.rate")
    }

    @Test func `the order of kinds is the precedence, with the command line on top`() {
        let order = SettingsLayer.Kind.allCases.map { SettingsLayer($0, "") }
        #expect(order == order.sorted())
        #expect(order.first == SettingsLayer(.standard, "") && order.last?.kind == .commandLine)
    }

    @Test func `the stack of a key starts with the winner`() throws {
        let tree = try tree([
            (.compareSet, "set", "{ client.rate: 1 }"), (.variant, "v", "{ client: { rate: 2 } }"),
            (.commandLine, "line", "{ client.rule: other }"),
        ])
        func rows(_ path: String) -> [String] {
            tree.stack(path).map { entry in
                "\(entry.layer.name) \(entry.path)=\(entry.value?.flowText ?? "-") \(entry.place)"
            }
        }
        #expect(
            rows("client.rate") == [
                "v client.rate=2 v.yaml:1:23", "set client.rate=1 set.yaml:1:20",
                "file client.rate=0.1 demo.yaml:2:17",
            ])
        #expect(
            rows("client.rule.form") == ["line client.rule=- line.yaml:1:20"],
            "a kind without the key replaces the component")
        #expect(rows("client.rule.kind").first == "line client.rule.kind=other line.yaml:1:20")
        #expect(rows("client.none") == [])
    }

    @Test func `every value of the effective tree knows its layer`() throws {
        let tree = try tree([
            (.variant, "v", "{ client: { rate: 2, list: [{ a: 1 }] } }"),
            (.commandLine, "line", "{ rounds: 3 }"),
        ])
        func layer(_ path: String) -> String? { tree.effective.node(path)?.layer.name }
        #expect(layer("rounds") == "line" && layer("client.rate") == "v")
        #expect(layer("client.rule") == "file" && layer("client.list") == "v")
    }

    @Test func `the resolved text names layers in comments that change nothing`() throws {
        let tree = try tree([
            (.variant, "variant v", "{ client: { rate: 2, rule: { form: paper } } }"),
            (.commandLine, "--set", "{ rounds: 3 }"),
        ])
        let rules = [
            Registered("fedhyper", "") { settings in
                _ = settings.text("form", default: "raw", "")
                _ = settings.number("kappa", default: 1e-5, in: .any, "")
            }
        ]
        let body = { (settings: Settings) in
            _ = settings.integer("rounds", default: 1, in: .any, "")
            settings.section("client", "") { client in
                _ = client.number("rate", default: 1, in: .any, "")
                client.component("rule", from: rules, default: "fedhyper", "")
                _ = client.integers("hidden", default: [], in: .any, "")
                _ = client.namedNumbers("data", in: .any, "")
            }
        }
        let loaded = try tree.effective.load(body)
        #expect(
            loaded.resolvedWithLayers == """
                rounds: 3  # --set
                client:
                  rate: 2.0  # variant v
                  rule:
                    kind: fedhyper
                    form: paper  # variant v
                    kappa: 1.0e-05  # default
                  hidden: [1, 2]
                  data:
                    a: 1.0

                """)
        let again = try SettingsTree(yaml: loaded.resolvedWithLayers, file: "again.yaml").load(body)
        #expect(again.resolved == loaded.resolved)
        #expect(again.resolvedWithLayers == loaded.resolved, "all values are those of the file")
        #expect(!loaded.resolved.contains("#"), "equal settings have equal texts")
    }

    @Test(arguments: ["", "  ", "# nothing"])
    func `setting to nothing is refused`(value: String) throws {
        var tree = try SettingsTree(yaml: Self.base, file: "demo.yaml")
        let error = #expect(throws: SettingsError.self) {
            try tree.set("client.rate", to: value, place: .commandLine(set: "client.rate"))
        }
        #expect(
            error?.description
                == "command line --set client.rate: error: client.rate: expected a value, found none;"
                + " write null to take the key away")
    }

    @Test func `locations are found in the tree`() throws {
        let tree = try SettingsTree(yaml: Self.base, file: "demo.yaml")
        #expect(tree.has(SettingLocation(file: "demo.yaml", line: 2, column: 17)))
        #expect(!tree.has(SettingLocation(file: "demo.yaml", line: 9, column: 17)))
    }

    @Test func `a number goes with its noun`() {
        #expect(counted(1, "client") == "1 client" && counted(0, "client") == "0 clients")
        #expect(counted(2, "class", plural: "classes") == "2 classes")
    }
}
