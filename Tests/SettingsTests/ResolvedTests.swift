import Settings
import Testing

@Suite struct `The resolved text` {
    @Test func `holds everything that was read, with defaults, in reading order`() throws {
        let loaded = try load(
            "client: { scheduler: fedhyper_g }\nrounds: +7\nname: 2024\nprocesses: 4", Demo.init)
        #expect(
            loaded.resolved == """
                name: "2024"
                rounds: 7
                seeds: [1, 2]
                hidden: [0.5]
                verbose: false
                data:
                  skew:
                    alpha: 0.5
                processes: 4
                client:
                  scheduler:
                    kind: fedhyper_g
                    hyper_rate: 1e-05
                    form: normalized

                """)
    }

    @Test func `an empty mapping and a file without keys`() throws {
        #expect(try load("") { $0.section("data", "") { _ in } }.resolved == "data: {}\n")
        #expect(try load("") { _ in }.resolved == "{}\n")
    }

    @Test(arguments: 0..<200)
    func `loads again to the same values and the same text`(seed: UInt64) throws {
        var numbers = Numbers(state: seed)
        let alpha = abs(Double(bitPattern: numbers.next()))
        var tree = try SettingsTree(yaml: "", file: "demo.yaml")
        let place = Place("test")
        try tree.set("name", to: "'\(seed)'", place: place)
        if alpha.isFinite, alpha > 0 {
            try tree.set("data.skew.alpha", to: "\(alpha)", place: place)
        }
        try tree.set("seeds", to: "\([1, 2, 3].prefix(Int(seed % 4)))", place: place)
        if Bool.random(using: &numbers) { try tree.set("target", to: "0.8", place: place) }
        if Bool.random(using: &numbers) { try tree.set("processes", to: "3", place: place) }
        if Bool.random(using: &numbers) {
            try tree.set("client.scheduler", to: "{kind: fedhyper_g, form: paper}", place: place)
        }
        let first = try tree.load(Demo.init)
        let second = try load(first.resolved, Demo.init)
        #expect(second.value == first.value)
        #expect(second.resolved == first.resolved)
    }

    @Test(arguments: 0..<500)
    func `random texts survive`(seed: UInt64) throws {
        // A text that YAML reads as something else would come back different, or not at all.
        var numbers = Numbers(state: seed)
        let alphabet: [Unicode.Scalar] = Array(
            "ab01 -:#,[]{}&*!|>'\"%@`?~.\\\n\r\t\0/_=<é𝄞\u{85}\u{2028}\u{7}\u{FEFF}\u{7F}\u{FFFE}"
                .unicodeScalars)
        var text = String.UnicodeScalarView()
        for _ in 0..<Int.random(in: 0..<12, using: &numbers) {
            text.append(alphabet.randomElement(using: &numbers) ?? "a")
        }
        // Byte order marks at the front of a text are dropped: see `YAMLReading`.
        try expectToSurvive(String(String.UnicodeScalarView(text.drop { $0 == "\u{FEFF}" })))
    }

    @Test(arguments: [
        "null", "~", "", "true", "No", "ON", "y", "1", "1e5", ".nan", ".inf", "nan", "0x1F", "1_0",
        "2024-01-01", "<<", "=", "- a", "a: b", "a #b", " a", "a ", "per_client", "/data/x.bin",
        "a.b-c", "...", "---",
    ])
    func `texts with a meaning in YAML survive`(text: String) throws {
        try expectToSurvive(text)
    }

    @Test func `byte order marks in front of a text are dropped for good`() throws {
        let first = try load(#"name: "\uFEFF\uFEFFa""#) { $0.text("name", default: "", "") }
        #expect(first.value == "a")
        #expect(first.resolved == "name: a\n")
    }

    @Test func `a text of 10,000 characters survives`() throws {
        try expectToSurvive(String(repeating: "long: ", count: 10_000 / 6))
    }

    private func expectToSurvive(_ text: String) throws {
        let body = { (settings: Settings) in
            settings.section("inner", "") { $0.text("name", default: text, "") }
        }
        let first = try load("", body)
        let second = try load(first.resolved) { settings in
            settings.section("inner", "") { $0.text("name", default: "other", "") }
        }
        #expect(Array(second.value.unicodeScalars) == Array(text.unicodeScalars))
        #expect(second.resolved == first.resolved)
    }

    @Test func `paths start at the folder of the file that holds them`() throws {
        var tree = try SettingsTree(
            yaml: "a: x.bin\nb: /x.bin\nc: ../x.bin\nd: ./x.bin", file: "Scenarios/demo.yaml",
            workingFolder: "/home/me")
        try tree.set("e", to: "x.bin", place: .commandLine(set: "e"))
        let body = { (settings: Settings) in
            ["a", "b", "c", "d", "e", "f"].map { settings.filePath($0, default: "own", "") }
        }
        let loaded = try tree.load(body)
        #expect(
            loaded.value == [
                "/home/me/Scenarios/x.bin", "/x.bin", "/home/me/Scenarios/../x.bin",
                "/home/me/Scenarios/x.bin", "/home/me/x.bin", "own",
            ])
        let again = try SettingsTree(yaml: loaded.resolved, file: "/runs/demo/scenario.yaml")
            .load(body)
        #expect(again.value == loaded.value)
        #expect(again.resolved == loaded.resolved)
    }
}
