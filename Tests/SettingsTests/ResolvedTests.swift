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
                    hyper_rate: 1.0e-05
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
        let place = SettingLocation("test")
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

    // The numbers of YAML 1.1: https://yaml.org/type/float.html, without its separators and bases.
    @Test(arguments: 0..<300)
    func `every number is one to readers of YAML 1.1, too, and keeps its bits`(seed: UInt64) throws
    {
        var numbers = Numbers(state: seed)
        var values = [
            0, 1e-5, 1e16, 1e22, -1e-5, .leastNonzeroMagnitude, 1.7976931348623157e308, 0.1, 1e100,
            123_456_789e-20,
        ]
        for _ in 0..<40 { values.append(Double(bitPattern: numbers.next())) }
        values.removeAll { !$0.isFinite }
        let read = { (settings: Settings) in
            settings.numbers("a", default: values, in: .any, "")
                + [settings.number("b", default: values[Int(seed) % 10], in: .any, "")]
                + [settings.optionalNumber("c", in: .any, "") ?? 0]
                + settings.namedNumbers("d", in: .any, "").map(\.value)
                + [settings.numberOrNone("e", default: 1e-7, in: .any, "") ?? 0]
        }
        let first = try load("c: \(values[1])\nd: { y: 1e-9, n: 1e+30 }", read)
        let second = try load(first.resolved, read)
        #expect(second.value.map(\.bitPattern) == first.value.map(\.bitPattern))
        #expect(second.resolved == first.resolved)
        let lines = first.resolved.split(separator: "\n").map { $0.split(separator: ": ") }
        let scalars = lines.filter { $0.count == 2 }.flatMap { $0[1].split(separator: ", ") }
        #expect(scalars.count == values.count + 5)
        for scalar in scalars {
            let text = scalar.filter { $0 != "[" && $0 != "]" }
            #expect(text.wholeMatch(of: /[-+]?[0-9]+\.[0-9]*([eE][-+][0-9]+)?/) != nil, "\(text)")
        }
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

    @Test(arguments: [
        "null", "Null", "~", "", "true", "False", "yes", "No", "on", "OFF", "y", "N", "1", "-1",
        "+1",
        "1e5", "1.5", ".5", "5.", ".inf", "-.Inf", ".nan", "NaN", "inf", "Infinity", "0x10", "0o17",
        "0b11", "012", "1_000", "12:30", "190:20:30.15", "2024-01-01",
        "2001-12-14t21:59:43.10-05:00",
        "=", "<<", "-", "---", "!x", "&x", "*x", "@x", "%x",
    ])
    func `texts that some reader takes for something else are quoted`(text: String) throws {
        let resolved = try load("") { $0.text("name", default: text, "") }.resolved
        #expect(resolved == "name: \"\(text)\"\n")
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
