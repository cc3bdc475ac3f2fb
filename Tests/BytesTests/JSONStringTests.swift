import Bytes
import Testing

@Suite struct `JSON strings` {
    @Test(arguments: [
        ("", #""""#),
        ("plain text", #""plain text""#),
        (#"say "hi""#, #""say \"hi\"""#),
        (#"C:\new"#, #""C:\\new""#),
        ("two\nlines", #""two\nlines""#),
        ("tab\tbell\u{7}nul\0", #""tab\u0009bell\u0007nul\u0000""#),
        ("\r\n", #""\u000d\n""#),
        ("\u{1F}\u{20}\u{7F}", "\"\\u001f \u{7F}\""),
        ("κ → 👩🏽‍🔬", #""κ → 👩🏽‍🔬""#),
    ])
    func `are quoted`(text: String, quoted: String) {
        #expect(Array(text.jsonQuoted.unicodeScalars) == Array(quoted.unicodeScalars))
    }
}
