import Reporting
import Testing

@Suite struct `Numbers for people` {
    @Test(arguments: [
        (0.0, 2, "0.00"), (1.005, 1, "1.0"), (0.999, 2, "1.00"), (-1.5, 1, "-1.5"),
        (-0.001, 2, "0.00"), (0.5, 0, "1"), (12.0, 0, "12"), (0.05, 1, "0.1"),
        (0.000_123, 6, "0.000123"), (123_456.789, 2, "123456.79"), (1e15, 2, "1000000000000000.0"),
        (-2e20, 0, "-2e+20"), (.nan, 2, "nan"), (.infinity, 2, "inf"), (-.infinity, 0, "-inf"),
    ])
    func `a fixed count of digits`(value: Double, digits: Int, text: String) {
        #expect(fixed(value, digits) == text)
    }

    @Test(arguments: [
        (0.8123, "81.23 %"), (0, "0.00 %"), (1, "100.00 %"), (0.999_999, "100.00 %"),
        (-0.05, "-5.00 %"),
    ])
    func `percentages`(share: Double, text: String) {
        #expect(percent(share) == text)
    }

    @Test(arguments: [
        (0.01234, "0.01234"), (1.2346, "1.235"), (12.346, "12.35"), (0.012345678, "0.01235"),
        (0.0, "0"), (1, "1.000"), (0.01, "0.01000"), (0.001, "0.001000"), (0.1, "0.1000"),
        (123.45, "123.5"), (1234.5, "1235"), (1_234_567, "1234567"), (-0.5, "-0.5000"),
        (.nan, "nan"), (-.infinity, "-inf"),
    ])
    func `four significant digits`(value: Double, text: String) {
        #expect(brief(value) == text)
    }

    @Test(arguments: [
        (0.0, "0.0 s"), (0.04, "0.0 s"), (9.94, "9.9 s"), (9.96, "10 s"), (99.4, "99 s"),
        (99.6, "1:40 min"), (185, "3:05 min"), (3599.4, "59:59 min"), (3599.6, "1:00 h"),
        (3661, "1:01 h"), (360_000, "100:00 h"), (1e30, "277777:46 h"), (.nan, "?"), (-1, "?"),
        (.infinity, "?"),
    ])
    func `durations`(seconds: Double, text: String) {
        #expect(duration(seconds) == text)
    }
}
