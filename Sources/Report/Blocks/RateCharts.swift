import Charts
import RealModule
import Reporting
import Statistics

/// The charts of rates of one study.
struct RateCharts {
    /// A map with a row for each seed.
    struct Strip {
        let figure: Figure
        let map: RasterMap
        let key: ColourKey
        let table: ChartTable
    }

    private let content: StudyContent
    private let variants: [VariantData]

    init(_ content: StudyContent) {
        self.content = content
        variants = content.study.variants.filter { !$0.drawn.isEmpty }
    }

    /// What lines and bands are.
    var caption: String { MetricCurves.caption(variants.map(\.drawn.count)) }

    private var globalCurves: [(VariantData, SeedCurve)] {
        variants.map { ($0, $0.curve(of: .globalRate)) }
    }

    /// The global rate by rounds; nil if it is the same constant in all variants.
    var globalRate: CurveChart? {
        let curves = globalCurves.filter { $0.1.x.count > 1 }
        guard
            curves.contains(where: { !$0.1.isConstant })
                || Set(curves.compactMap { $0.1.mean.first }).count > 1
        else { return nil }
        return CurveChart(
            title: "Global rate by round", x: .rounds, y: Axis("Global rate", scale: .automatic),
            curves: curves.map { $1.curve($0) })
    }

    /// Sentences in the place of charts of constant rates; empty if there are none.
    var constantRateText: String {
        let whose = variants.count > 1 ? " in all variants." : "."
        let global =
            globalRate == nil
            ? globalCurves.lazy.compactMap({ $0.1.mean.first }).first : nil
        let rates = [("global", global), ("local", constantLocalRate)]
        return rates.compactMap { name, rate in
            rate.map { "The \(name) rate is constant at \(PageText.rate($0))\(whose)" }
        }.joined(separator: " ")
    }

    /// The local rates over participants, a panel for each variant; nil without rows of clients.
    var localRates: [CurveChart]? {
        let known = variants.filter { ($0.clients?.rates.rounds.count ?? 0) > 1 }
        guard constantLocalRate == nil, !known.isEmpty else { return nil }
        return known.map { variant in
            let rates = variant.clients?.rates ?? .init()
            let values = rates.values
            return CurveChart(
                title: "Local rate, \(variant.label)", x: .rounds,
                y: Axis("Local rate", scale: .automatic),
                curves: [
                    Curve(
                        variant: variant.index, name: variant.label, x: rates.rounds, y: values[2],
                        bands: [
                            Curve.Band(low: values[0], high: values[4], isPale: true),
                            Curve.Band(low: values[1], high: values[3]),
                        ])
                ], names: .abovePanel,
                summary: "Median \(PageText.rate(values[2].first ?? .nan)) in the first rounds,"
                    + " \(PageText.rate(values[2].last ?? .nan)) in the last.")
        }
    }

    /// The local rate, if all clients of all variants have the same one in all rounds.
    private var constantLocalRate: Double? {
        let all = variants.compactMap(\.clients?.rates).flatMap { $0.values[0] + $0.values[4] }
        guard let first = all.first, all.allSatisfy({ $0 == first }) else { return nil }
        return first
    }

    /// First and last rates of each variant.
    var localRateTable: ChartTable {
        let rows = variants.compactMap { variant -> [ChartTable.Cell]? in
            guard let rates = variant.clients?.rates, !rates.rounds.isEmpty else { return nil }
            func half(_ place: Int) -> ChartTable.Cell {
                .text(
                    "\(PageText.rate(rates.values[1][place])) to"
                        + " \(PageText.rate(rates.values[3][place]))")
            }
            let last = rates.rounds.count - 1
            return [
                .text(variant.label), .number(rates.values[2][0]), half(0),
                .number(rates.values[2][last]), half(last),
            ]
        }
        return ChartTable(
            caption: "Local rate, median and middle half over participants",
            columns: ["variant", "first rounds", "middle half", "last rounds", "middle half"],
            rows: rows)
    }

    /// The rates of each client, a map for each variant that adapts them; nil if none does.
    var clientRates: [RasterMap]? {
        let adapting = variants.filter { $0.clients?.adapts ?? false }
        let all = adapting.flatMap { $0.clients?.map.values ?? [] }.filter(\.isFinite)
        guard !all.isEmpty else { return nil }
        let scale = ColourScale.rates(all.map { .exp10($0) })
        return adapting.compactMap { variant in
            guard let map = variant.clients?.map else { return nil }
            let values = map.values
            let rows = (0..<map.rowCount).map { row in
                (0..<map.columnCount).map { Double.exp10(values[row * map.columnCount + $0]) }
            }
            return RasterMap(
                title: "Local rate of each client, \(variant.label)",
                blocks: [.init(variant: variant.index, name: variant.label, rows: rows)],
                scale: scale, arrangement: .one(first: "large", last: "small"),
                xRange: 0...Double(map.columnCount * map.roundsOfColumn),
                summary: "Rows are clients, the one with most samples on top.")
        }
    }

    /// What rows and columns of the maps are.
    var clientRateCaption: String {
        let maps = variants.compactMap(\.clients?.map).filter { $0.rowCount > 0 }
        let (ranks, rounds) = (
            maps.map(\.ranksOfRow).max() ?? 1, maps.map(\.roundsOfColumn).max() ?? 1
        )
        let row = ranks > 1 ? "\(ranks) clients next to each other by samples" : "a client"
        return "A row is \(row), most samples on top; clients of several seeds are joined by their"
            + " rank. A column is \(rounds == 1 ? "a round" : "\(rounds) rounds"); grey: no client"
            + " of that rank took part. Variants whose clients keep one rate are left out."
    }

    /// How many seeds of a variant have a strip at most: more would not fit on a screen.
    private static let mostStrips = 12

    private func strip(
        _ column: RoundSeries.Column, _ figure: Figure, _ title: String,
        key: (ColourScale) -> ColourKey, scale: ([Double]) -> ColourScale
    ) -> Strip? {
        let blocks = variants.map { variant in
            RasterMap.Block(
                variant: variant.index, name: variant.label,
                rows: variant.drawn.prefix(Self.mostStrips).compactMap { $0.series?[column] })
        }
        let all = blocks.flatMap { $0.rows.flatMap { $0 } }.filter(\.isFinite)
        guard !all.isEmpty else { return nil }
        let rows = blocks.map { block -> [ChartTable.Cell] in
            let values = block.rows.flatMap { $0 }.filter(\.isFinite)
            let below =
                values.isEmpty ? nil : Double(values.count { $0 < 0 }) / Double(values.count)
            return [
                .text(block.name), mean(values).map { .number($0) } ?? .missing,
                below.map { .text(PageText.percent($0 * 100, 0)) } ?? .missing,
            ]
        }
        var figure = figure
        if let most = variants.map(\.drawn.count).max(), most > Self.mostStrips {
            figure.caption += " Only the first \(Self.mostStrips) of \(most) seeds are drawn."
        }
        let map = RasterMap(
            title: title, blocks: blocks, scale: scale(all), arrangement: .strips,
            xRange: 0...Double(blocks.flatMap { $0.rows.map(\.count) }.max() ?? 1),
            summary: "One row for each seed, grouped by variant.")
        return Strip(
            figure: figure, map: map, key: key(map.scale),
            table: ChartTable(
                caption: title, columns: ["variant", "mean", "share below 0"], rows: rows))
    }

    /// The cosine of successive aggregates; nil if no server measured it.
    var cosine: Strip? {
        strip(
            .cosine,
            Figure(
                name: "cosine", title: "Cosine of successive aggregates",
                caption: "Each row is a seed. Blue rounds go on in the last direction, orange ones"
                    + " go back; many orange rounds mean a rate that is too large, or cohorts that"
                    + " pull apart."), "Cosine of successive aggregates"
        ) {
            ColourKey($0, title: "cosine", labels: ["−1: against", "0", "+1: along"])
        } scale: { _ in
            ColourScale(.diverging, low: -1, high: 1)
        }
    }

    /// The inner product of successive aggregates; nil if no server measured it.
    var productWithPrevious: Strip? {
        strip(
            .productWithPrevious,
            Figure(
                name: "product-with-previous", title: "Inner product of successive aggregates",
                caption: "The column product_with_previous of rounds.csv: the inner product of an"
                    + " aggregate"
                    + " and the one before. Its size depends on the rates, so compare signs, not"
                    + " shades, between variants."), "Inner product of successive aggregates"
        ) {
            ColourKey($0, title: "inner product, symmetric and logarithmic")
        } scale: {
            ColourScale.signed($0)
        }
    }
}
