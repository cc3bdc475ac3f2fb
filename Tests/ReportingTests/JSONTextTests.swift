import Reporting
import Testing

@Suite struct `JSON text` {
    @Test func `keeps the order of keys and indents by two`() {
        let value = JSONText.object([
            "z": .integer(-1), "a": .list([.flag(true), .null, .number(0.1)]),
            "inner": .object(["k \"q\"": .text("two\nlines")]), "none": .list([]),
            "nothing": .object([:]), "no": .flag(false),
        ])
        #expect(
            value.encoded() == #"""
                {
                  "z": -1,
                  "a": [
                    true,
                    null,
                    0.1
                  ],
                  "inner": {
                    "k \"q\"": "two\nlines"
                  },
                  "none": [],
                  "nothing": {},
                  "no": false
                }
                """#)
    }

    @Test(arguments: [
        (1.0, "1.0"), (1e300, "1e+300"), (.leastNonzeroMagnitude, "5e-324"),
        (-0.0, "-0.0"), (.nan, "null"),
        (.infinity, "null"), (-.infinity, "null"),
    ])
    func `numbers read back; what JSON does not know is null`(value: Double, text: String) {
        #expect(JSONText.number(value).encoded() == text)
    }
}
