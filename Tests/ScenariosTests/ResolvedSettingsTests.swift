import Scenarios
import Testing

@Suite struct `Resolved settings` {
    private func settings(_ yaml: String) throws -> ResolvedSettings {
        try ResolvedSettings(yaml, file: "scenario.yaml")
    }

    @Test func `have one path for each value, in the order of the text`() throws {
        let found = try settings(
            """
            seed: 1
            client:
              scheduler:
                kind: tower
                levels:
                  - kind: sgd
                    rate: 0.1
                  - kind: adam
            model: { kind: mlp, hidden: [20, 10] }
            output: {}
            """)
        #expect(
            found.text == """
                seed: 1
                client.scheduler.kind: tower
                client.scheduler.levels.0.kind: sgd
                client.scheduler.levels.0.rate: 0.1
                client.scheduler.levels.1.kind: adam
                model.kind: mlp
                model.hidden: [20, 10]
                output: {}

                """)
    }

    @Test func `without places are the same for every way of computing a run`() throws {
        let one = try settings(
            "name: a\nclients: { count: 3, processes: auto, transport: ipc }\ncheckpoint: { every: 1 }"
        )
        let other = try settings("name: b\nclients: { count: 3, processes: 7, transport: tcp }")
        #expect(one != other)
        #expect(one.withoutPlaces == other.withoutPlaces)
        #expect(one.withoutPlaces.text == "clients.count: 3\n")
    }

    @Test func `name what differs, key by key`() throws {
        let one = try settings("a: 1\nb: { c: 2, d: 3 }\n")
        let other = try settings("a: 1\nb: { c: 4 }\ne: x\n")
        #expect(
            one.differences(in: other) == [
                "b.c: 4, not 2", "e: x, not left out", "b.d: left out, not 3",
            ])
        #expect(one.differences(in: one).isEmpty)
    }
}
