import Bytes
import Report
import Testing

@Suite struct `Text of a page` {
    @Test func `names are never markup`() {
        let name = "<script>\"a\" & 'b'</script>\u{7}\u{85}"
        let piece: HTML = "<p title=\"\(name)\">\(name)</p>"
        let escaped =
            "&lt;script&gt;&quot;a&quot; &amp; &#39;b&#39;&lt;/script&gt;\u{FFFD}\u{FFFD}"
        #expect(piece.text == "<p title=\"\(escaped)\">\(escaped)</p>")
    }

    @Test func `pieces are put in as they are`() {
        let inner: HTML = "<b>\("1 < 2")</b>"
        let outer: HTML = "<p>\(inner)\(3)</p>"
        #expect(outer.text == "<p><b>1 &lt; 2</b>3</p>")
        #expect([inner, inner].joined(", ").text == "<b>1 &lt; 2</b>, <b>1 &lt; 2</b>")
    }

    @Test func `numbers have a minus sign and no needless digits`() {
        #expect(PageText.number(-1.25, 1) == "−1.3")
        #expect(PageText.difference(0.04, 1) == "0.0")
        #expect(PageText.difference(2, 1) == "+2.0")
        #expect(PageText.percent(81.54, 1) == "81.5\u{202F}%")
        #expect(PageText.interval(-0.2, 1.5, 1) == "−0.2 to 1.5")
        #expect(PageText.list(["a", "b", "c"]) == "a, b and c")
        #expect(PageText.list([]) == "")
    }

    @Test(arguments: [
        (0.0, "0 bytes"), (999, "999 bytes"), (1000, "1.00 kB"), (604e6, "604 MB"),
        (2.624e9, "2.62 GB"), (99.96e6, "100 MB"), (999.7e6, "1.00 GB"),
    ])
    func `bytes have three digits`(_ count: Double, _ text: String) {
        #expect(PageText.bytes(count) == text.replacing(" ", with: "\u{202F}"))
    }

    @Test(arguments: [
        (0.001, "0.001"), (0.00182, "0.00182"), (1, "1"), (0.000_001, "1e−6"), (12345, "12345"),
        (1.5e7, "1.5e7"), (0, "0"), (100, "100"), (0.1, "0.1"), (-2.5, "−2.5"),
    ])
    func `rates have three digits`(_ rate: Double, _ text: String) {
        #expect(PageText.rate(rate) == text)
    }

    @Test func `decimals follow the median interval`() {
        // 1.3 has two significant digits with one decimal, 0.04 with three.
        #expect(PageText.decimals(halfWidths: [0.1, 1.3, 2], least: 1, most: 2) == 1)
        #expect(PageText.decimals(halfWidths: [0.04], least: 1, most: 2) == 2)
        #expect(PageText.decimals(halfWidths: [0.04], least: 1, most: 6) == 3)
        #expect(PageText.decimals(halfWidths: [.nan, 0], least: 1, most: 2) == 1)
    }

    @Test func `the files of a page lie in a folder of its name`() {
        #expect(ReportPage.filesFolder(of: "runs/a/report.html") == "report")
        #expect(ReportPage.filesFolder(of: "both.html") == "both")
        #expect(ReportPage.filesFolder(of: "page") == "page-files")
    }

    @Test func `a digest and its text are those of other programs`() {
        // printf abc | openssl dgst -sha256 -binary | base64
        #expect(
            Base64.text(SHA256.digest(of: "abc"))
                == "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=")
        // RFC 4648, section 10.
        let cases = ["": "", "f": "Zg==", "fo": "Zm8=", "foo": "Zm9v", "foobar": "Zm9vYmFy"]
        for (text, coded) in cases { #expect(Base64.text(Array(text.utf8)) == coded) }
    }
}
