import Settings
import Testing

@Suite struct `What one layer leaves of another` {
    private let base = """
        rounds: 5
        client: { rate: 0.1, rule: fedhyper, hidden: [1, 2], data: { a: 1 } }
        """

    private func isHeld(_ path: String, _ value: String) throws -> Bool {
        let tree = try SettingsTree(yaml: base, file: "demo.yaml")
        let leaves = try SettingsTree.leaves(of: path, value, place: .commandLine(set: path))
        return leaves.allSatisfy(tree.holds)
    }

    @Test(arguments: [
        ("rounds", "5", true), ("rounds", "6", false), ("client.rate", "0.1", true),
        ("client.rule", "fedhyper", true), ("client.rule", "{ kind: fedhyper }", true),
        ("client.rule.kind", "fedhyper", true), ("client.rule.kind", "other", false),
        ("client.rule", "{ kind: fedhyper, form: paper }", false),
        ("client.hidden", "[1, 2]", true), ("client.hidden", "[1]", false),
        ("client.hidden", "[2, 1]", false), ("client", "{ rate: 0.1, data: { a: 1 } }", true),
        ("client", "{ rate: 0.1, data: { a: 2 } }", false), ("client.data", "{}", true),
        ("name", "null", true), ("rounds", "null", false), ("client.other", "1", false),
    ])
    func `a value is held where the tree says the same`(
        path: String, value: String, isHeld held: Bool
    ) throws {
        #expect(try isHeld(path, value) == held)
    }

    @Test func `leaves are the values that a mapping of changes sets`() throws {
        let changes = try #require(
            SettingsTree(
                yaml: "x: { client.rate: 1, client: { rule: { kind: a, form: b } }, e: {} }",
                file: "demo.yaml"
            ).node("x"))
        #expect(
            try SettingsTree.leaves(of: changes).map(\.path)
                == ["client.rate", "client.rule.kind", "client.rule.form", "e"])
        #expect(
            try SettingsTree.leaves(of: "a.b", "null", place: Place("here")).map(\.path) == ["a.b"])
    }

    @Test(arguments: ["", "  ", "# nothing"])
    func `setting to nothing is refused`(value: String) throws {
        var tree = try SettingsTree(yaml: base, file: "demo.yaml")
        let error = #expect(throws: SettingsError.self) {
            try tree.set("client.rate", to: value, place: .commandLine(set: "client.rate"))
        }
        #expect(
            error?.description
                == "command line --set client.rate: error: expected a value for client.rate, found none;"
                + " write null to take the key away")
    }

    @Test func `places are found in the tree`() throws {
        let tree = try SettingsTree(yaml: base, file: "demo.yaml")
        #expect(tree.has(Place(file: "demo.yaml", line: 2, column: 17)))
        #expect(!tree.has(Place(file: "demo.yaml", line: 9, column: 17)))
    }
}
