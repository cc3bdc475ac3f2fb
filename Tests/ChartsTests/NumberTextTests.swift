import Bytes
import Charts
import Testing

@Suite struct `Numbers in charts` {
    @Test func `coordinates have no needless digits`() {
        #expect(NumberText.coordinate(0) == "0")
        #expect(NumberText.coordinate(-0.04) == "0")
        #expect(NumberText.coordinate(12.34) == "12.3")
        #expect(NumberText.coordinate(-12.95) == "-13")
        #expect(NumberText.coordinate(3.05, digits: 2) == "3.05")
        #expect(NumberText.coordinate(3.1, digits: 2) == "3.1")
        #expect(NumberText.coordinate(.nan) == "0")
        #expect(NumberText.coordinate(1e300) == "0")
    }

    @Test func `ticks are written out from 0.0001 to 99999`() {
        let cases: [(Double, String)] = [
            (0, "0"), (0.0001, "0.0001"), (0.00005, "5e−5"), (1e-9, "1e−9"), (99_999, "99999"),
            (100_000, "1e5"), (2.5, "2.5"), (-20, "−20"), (0.3, "0.3"), (1e300, "1e300"),
            (.leastNonzeroMagnitude, "4.94066e−324"),
        ]
        for (value, text) in cases { #expect(NumberText.tick(value) == text) }
    }

    @Test func `signed numbers have a sign unless they are 0`() {
        #expect(NumberText.signed(2.9, 0) == "+3")
        #expect(NumberText.signed(-2.9, 1) == "−2.9")
        #expect(NumberText.signed(0.4, 0) == "0")
        #expect(NumberText.signed(-0.4, 0) == "0")
    }

    @Test func `significant digits`() {
        #expect(NumberText.short(75.349) == "75.35")
        #expect(NumberText.short(0.001_234_56) == "0.001235")
        #expect(NumberText.short(9.9996) == "10")
        #expect(NumberText.short(999_960, 4) == "1e6")
        #expect(NumberText.short(.nan) == "–")
    }

    @Test func `long names are cut in the middle`() {
        #expect(Markup.shortened("fedavg", to: 10) == "fedavg")
        #expect(Markup.shortened("abcdefghijkl", to: 7) == "abc…jkl")
        #expect(Markup.letters(of: "a\u{301}") == 1)
        #expect(Markup.letters(of: "学習") == 4)
        #expect(Markup.shortened("学習率の比較", to: 5) == "学…較")
    }
}
