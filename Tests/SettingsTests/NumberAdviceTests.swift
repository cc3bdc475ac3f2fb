import Settings
import Testing

@Suite struct `Advice on numbers` {
    @Test(arguments: [
        ("1_000", "'1_000'; write 1000"), ("0x10", "'0x10'; write 16"),
        ("0b101", "'0b101'; write 5"), ("5%", "'5%'; write 0.05"), ("7 %", "'7 %'; write 0.07"),
        ("10s", "'10s'; write the number alone, without 's'"),
        ("2.5 ms", "'2.5 ms'; write the number alone, without 'ms'"),
        ("1/3", "'1/3'; write it as a decimal number"),
        ("1,5", "'1,5'; write a decimal point as '.', and no marks between digits"),
        ("\u{2212}1", "'\u{2212}1'; write the minus sign as '-'"),
        ("yes", "'yes'"), ("True", "'True'"),
        ("'2'", "the text '2'; write it without quotes"), ("'two'", "the text 'two'"),
        ("12:30", "'12:30'"), ("fast", "'fast'"), ("[1]", "a list"),
    ])
    func `says what to write in place of what is no number`(yaml: String, found: String) {
        #expect(
            mistakes(in: "a: \(yaml)") { $0.number("a", default: 1, in: .positive, "") }
                == "demo.yaml:1:4: error: a: expected a number such as 1.0, found \(found)")
    }

    @Test(arguments: [
        ("1e3", "1e3; write 1000"), ("50.0", "50.0; write 50"), ("1.5", "1.5"),
        ("-2E0", "-2E0; write -2"), ("1_0", "'1_0'; write 10"), ("5%", "'5%'"),
        ("1e300", "1e300"),
    ])
    func `says how a whole number is written`(yaml: String, found: String) {
        #expect(
            mistakes(in: "a: \(yaml)") { $0.integer("a", default: 7, in: .any, "") }
                == "demo.yaml:1:4: error: a: expected a whole number such as 7, found \(found)")
    }

    @Test(arguments: [
        ("yes", "'yes'; write true"), ("On", "'On'; write true"), ("True", "'True'; write true"),
        ("0", "0; write false"), ("off", "'off'; write false"),
        ("'true'", "the text 'true'; write it without quotes"), ("maybe", "'maybe'"),
    ])
    func `says how a flag is written`(yaml: String, found: String) {
        #expect(
            mistakes(in: "a: \(yaml)") { $0.flag("a", default: false, "") }
                == "demo.yaml:1:4: error: a: expected true or false, found \(found)")
    }

    @Test func `what rounds to 0 is no 0, and -0 is 0`() throws {
        let read = { (settings: Settings) in
            settings.number("a", default: 1, in: .nonNegative, "")
        }
        #expect(
            mistakes(in: "a: 1e-400", read)
                == "demo.yaml:1:4: error: a: expected 0 or a number of at least 5e-324, found 1e-400; write 0"
        )
        for zero in ["0", "-0", "-0.0", "0e9", "0.000"] {
            let loaded = try load("a: \(zero)", read)
            #expect(loaded.value.bitPattern == 0 && loaded.resolved == "a: 0.0\n", "\(zero)")
        }
    }

    @Test func `a number of 1,000 digits is a number, and a message shows the first of them`()
        throws
    {
        let digits = "0." + String(repeating: "3", count: 1000)
        #expect(
            try load("a: \(digits)") { $0.number("a", default: 1, in: .any, "") }.value == 1.0 / 3)
        let long = String(repeating: "7", count: 1000)
        #expect(
            mistakes(in: "a: \(long)") { $0.integer("a", default: 1, in: .any, "") }
                == "demo.yaml:1:4: error: a: expected a whole number that fits into 64 bits, found '"
                + String(repeating: "7", count: 60) + "...'")
    }
}

@Suite struct `Numbers up to 2^64 - 1` {
    @Test(arguments: [0, 7, 1 << 53, 1 << 63, UInt64.max])
    func `are read, and written as they are`(value: UInt64) throws {
        let loaded = try load("a: \(value)\nb: \(value)\nc: [1, \(value)]") { settings in
            (
                settings.unsigned("a", default: 3, ""), settings.optionalUnsigned("b", ""),
                settings.unsignedList("c", "")
            )
        }
        #expect(loaded.value == (value, value, [1, value]))
        #expect(loaded.resolved == "a: \(value)\nb: \(value)\nc: [1, \(value)]\n")
    }

    @Test func `default to what the reader says`() throws {
        let loaded = try load("") { settings in
            (
                settings.unsigned("a", default: 3, ""), settings.optionalUnsigned("b", ""),
                settings.unsignedList("c", "")
            )
        }
        #expect(loaded.value == (3, nil, []))
        #expect(loaded.resolved == "a: 3\nc: []\n")
    }

    private static let limit = "a whole number between 0 and 18446744073709551615, found"
    private static let form = limit

    @Test(arguments: [
        ("-1", "\(limit) -1"), ("18446744073709551616", "\(limit) 18446744073709551616"),
        ("1e3", "\(form) 1e3; write 1000"), ("1.5", "\(form) 1.5"),
        ("0x7", "\(form) '0x7'; write 7"),
        ("'7'", "\(form) the text '7'; write it without quotes"), ("x", "\(form) 'x'"),
    ])
    func `name their limit`(yaml: String, message: String) {
        #expect(
            mistakes(in: "a: \(yaml)") { $0.unsigned("a", default: 3, "") }
                == "demo.yaml:1:4: error: a: expected \(message)")
        #expect(
            mistakes(in: "a: \(yaml)") { $0.optionalUnsigned("a", "") }
                == "demo.yaml:1:4: error: a: expected \(message)")
    }
}
