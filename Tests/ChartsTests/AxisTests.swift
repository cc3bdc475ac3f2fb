import Charts
import RealModule
import Testing

@Suite struct `Axes and ticks` {
    @Test func `ticks are round, rising and inside`() {
        var wobble = Wobble(7)
        for _ in 0..<2_000 {
            let size = Double.pow(10, wobble.next(-12, 12))
            let low = wobble.next(-1, 1) * size, high = low + wobble.next() * size
            guard high > low else { continue }
            let most = 2 + Int(wobble.next() * 7)
            let ticks = Ticks.linear(low, high, most: most)
            #expect(ticks.count <= most, "\(low) to \(high)")
            #expect(zip(ticks, ticks.dropFirst()).allSatisfy { $0 < $1 }, "\(low) to \(high)")
            let slack = 1e-8 * (high - low)
            #expect(
                ticks.allSatisfy { $0 >= low - slack && $0 <= high + slack }, "\(low) to \(high)")
            if ticks.count > 1 {
                let step = ticks[1] - ticks[0]
                let lead = step / Double.pow(10, Double.log10(step).rounded(.down))
                let isRound = [1, 2, 2.5, 5, 10].contains { abs($0 - lead) < 1e-3 }
                // Near 1e13 times the step no digits are left.
                #expect(isRound || abs(low) > 1e9 * step, "step \(step) from \(low) to \(high)")
            }
        }
    }

    @Test func `rounds have whole ticks`() {
        for count in [1, 2, 3, 7, 10, 12, 300, 5_000] {
            let ticks = Ticks.linear(0, Double(count), most: 6, isWhole: true)
            #expect(ticks.allSatisfy { $0 == $0.rounded() }, "\(count)")
            #expect(ticks.count >= 2, "\(count): \(ticks)")
        }
    }

    @Test func `ticks of known axes`() {
        #expect(Ticks.linear(30, 85, most: 6) == [30, 40, 50, 60, 70, 80])
        #expect(Ticks.linear(0, 300, most: 7, isWhole: true) == [0, 50, 100, 150, 200, 250, 300])
        #expect(Ticks.linear(0, 1, most: 5) == [0, 0.25, 0.5, 0.75, 1])
        #expect(Ticks.logarithmic(0.0001, 1, most: 6) == [0.0001, 0.001, 0.01, 0.1, 1])
        #expect(Ticks.logarithmic(0.0001, 1, most: 3) == [0.0001, 0.01, 1])
        #expect(Ticks.logarithmic(0.2, 6, most: 6) == [0.2, 0.5, 1, 2, 5])
        #expect(Ticks.logarithmic(0.5, 1.6, most: 6) == [0.5, 0.7, 1, 1.5])
    }

    @Test func `odd ranges give no tick too many`() {
        for (low, high) in [(1.0, 1.0), (2, 1), (.nan, 1), (0, .infinity), (1, 1 + 1e-16)] {
            #expect(Ticks.linear(low, high, most: 5).count <= 1)
            #expect(Ticks.logarithmic(low, high, most: 5).count <= 1)
        }
    }

    @Test func `every axis has a low end below its high end and holds its values`() {
        var wobble = Wobble(3)
        for trial in 0..<2_000 {
            let size = Double.pow(10, wobble.next(-10, 10))
            let count = Int(wobble.next() * 5)
            let values = (0..<count).map { _ in
                wobble.next() < 0.1 ? .nan : wobble.next(-1, 1) * size
            }
            let scale: Axis.Scale =
                trial % 3 == 0 ? .linear : trial % 3 == 1 ? .logarithmic : .automatic
            let span = Axis("", scale: scale).span(values)
            #expect(span.low < span.high && span.low.isFinite && span.high.isFinite, "\(values)")
            for value in values where value.isFinite {
                let position = span.position(value)
                #expect(position > -1e-9 && position < 1 + 1e-9, "\(value) of \(values)")
            }
        }
    }

    @Test func `accuracy starts at the tenth below the median after the start`() {
        let axis = Axis("", extent: .withoutStart(step: 10), limits: 0...100)
        let span = axis.span([5, 62, 81], start: (62, 15))
        #expect(span.low == 60 && span.high >= 81 && span.high <= 90)
        // All in one ten: nothing is cut.
        let flat = axis.span([9.8, 9.8], start: (9.8, 0))
        #expect(flat.low < 9.8 && flat.high > 9.8)
    }

    @Test func `a falling loss is cut above`() {
        let axis = Axis("", scale: .logarithmic, extent: .withoutStart(step: nil))
        let span = axis.span([2.3, 1.53, 0.5], start: (1.53, -1))
        #expect(span.high == 1.6 && span.low == 0.5 && span.isLogarithmic)
    }

    @Test func `a logarithmic axis is chosen from a factor of ten on`() {
        #expect(Axis("", scale: .automatic).span([0.01, 0.1]).isLogarithmic)
        #expect(!Axis("", scale: .automatic).span([0.02, 0.1]).isLogarithmic)
        #expect(!Axis("", scale: .automatic).span([0, 0.1]).isLogarithmic)
        #expect(!Axis("", scale: .logarithmic).span([-1, 0.1]).isLogarithmic)
    }

    @Test func `sizes far apart are logarithmic on both sides of 0`() throws {
        let axis = Axis("", scale: .signed)
        let span = axis.span([1e-6, -1e-6, 2e-6, 1e6, -3e-6, 0])
        // A tenth of the median size, 2e-6.
        #expect(span.turn == 2e-6 / 10)
        for value in [-3e-6, -1e-6, 0, 1e-6, 1, 1e6] {
            let position = span.position(value)
            #expect(position > 0 && position < 1)
        }
        let ticks = axis.ticks(span, most: 5)
        #expect(ticks.contains(0) && ticks.contains(1e6) && ticks == ticks.sorted())
        #expect(axis.span([-1, 0.5, 2]).turn == nil)
        for values in [[], [0, 0], [5], [-1e300, 1e300], [1e-300, 2e-300], [.infinity, 1]] {
            let odd = axis.span(values)
            #expect(odd.low < odd.high && odd.low.isFinite && odd.high.isFinite, "\(values)")
            let curve = Curve(variant: 0, name: "a", x: values.indices.map(Double.init), y: values)
            let svg = CurveChart(title: "", x: axis, y: axis, curves: [curve]).svg(.file(), id: "a")
            #expect(!svg.contains("nan") && !svg.contains("\"inf"), "\(values)")
        }
    }

    @Test func `labels keep their order and their distance`() {
        var wobble = Wobble(11)
        for _ in 0..<500 {
            let wishes = (0..<(1 + Int(wobble.next() * 14))).map { _ in wobble.next(0, 300) }
            let places = LabelPlacement.spread(wishes, gap: 14, in: 0...300)
            let order = wishes.indices.sorted { (wishes[$0], $0) < (wishes[$1], $1) }
            for (one, other) in zip(order, order.dropFirst()) {
                #expect(places[other] - places[one] >= 14 - 1e-9, "\(wishes)")
            }
            #expect(places.allSatisfy { $0 >= -1e-9 && $0 <= 300 + 1e-9 }, "\(wishes)")
        }
    }

    @Test func `labels with room stay where they are`() {
        #expect(LabelPlacement.spread([100, 10, 50], gap: 14, in: 0...200) == [100, 10, 50])
        #expect(LabelPlacement.spread([50, 50], gap: 14, in: 0...200) == [43, 57])
        #expect(LabelPlacement.spread([0, 0], gap: 14, in: 0...200) == [0, 14])
        #expect(LabelPlacement.spread([], gap: 14, in: 0...1) == [])
        // Without room they keep their distance.
        #expect(LabelPlacement.spread([5, 5, 5], gap: 14, in: 0...10) == [0, 14, 28])
    }
}
