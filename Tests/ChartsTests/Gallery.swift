import Charts

/// Numbers that look random, the same in each run.
struct Wobble {
    private var state: UInt64

    init(_ seed: Int) { state = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 &+ 1 }

    /// Returns a number from 0 to 1.
    mutating func next() -> Double {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Double(state >> 11) / 9_007_199_254_740_992
    }

    /// Returns a number from `low` to `high`.
    mutating func next(_ low: Double, _ high: Double) -> Double { low + (high - low) * next() }
}

/// Charts of every kind from made-up numbers, for laws that hold for all of them.
enum Gallery {
    static let oddName = "a name of forty characters with <&\" 'x'"
    static let names = ["fedavg", "global", oddName, "client-side", "client-side paper", "both"]

    static func curves(_ count: Int, points: Int, seed: Int = 1) -> [Curve] {
        var wobble = Wobble(seed)
        return (0..<count).map { variant in
            let y = (0..<points).map { point in
                80 - 60 / (1 + Double(point * (variant + 1)) * 10 / Double(points))
                    + wobble.next(-1, 1)
            }
            let band = Curve.Band(low: y.map { $0 - 2 }, high: y.map { $0 + 2 })
            let name = variant < names.count ? names[variant] : "variant \(variant)"
            return Curve(
                variant: variant, name: name, x: (1...max(points, 1)).map(Double.init), y: y,
                bands: [band])
        }
    }

    static func accuracy(_ curves: [Curve], runningMean: Int = 1) -> CurveChart {
        CurveChart(
            title: "Test accuracy", x: .rounds,
            y: Axis("Test accuracy, %", extent: .withoutStart(step: 10), limits: 0...100),
            curves: curves, mark: CurveChart.Mark(75, "target 75 %"), runningMean: runningMean)
    }

    static func grid(_ side: Int, variants: Int = 3, kind: GridMap.Kind) -> [GridMap] {
        var wobble = Wobble(side)
        let axis = (0..<side).map { "0.\(String(repeating: "0", count: $0 % 4))1" }
        return (0..<variants).map { variant in
            let cells = (0..<side).map { row in
                (0..<side).map { column in
                    row == 0 && column == 0
                        ? GridMap.Cell(nil, failed: 1)
                        : GridMap.Cell(wobble.next(10, 80), failed: row == column ? 1 : 0)
                }
            }
            return GridMap(
                name: names[variant], variant: variant, xTitle: "local rate at start",
                yTitle: "global rate at start", columns: axis, rows: axis, cells: cells,
                kind: kind,
                scale: kind == .differences ? .differences() : .accuracies([10, 50, 80]))
        }
    }

    static func clients(_ count: Int, rounds: Int) -> RasterMap {
        var wobble = Wobble(count)
        let rows = (0..<count).map { _ in
            (0..<rounds).map { _ in wobble.next() < 0.5 ? .nan : wobble.next(0.001, 0.1) }
        }
        return RasterMap(
            title: "Local rate of each client",
            blocks: [RasterMap.Block(variant: 2, name: oddName, rows: rows)],
            scale: .rates([0.001, 0.1]), arrangement: .one(first: "large", last: "small"),
            xRange: 0...Double(rounds), summary: "Made-up rates.")
    }

    static let strips = RasterMap(
        title: "Cosine",
        blocks: names.enumerated().map { variant, name in
            RasterMap.Block(variant: variant, name: name, rows: [[.nan, 0.5, -0.5], [0, 1, -1]])
        },
        scale: ColourScale(.diverging, low: -1, high: 1), arrangement: .strips, xRange: 0...3,
        summary: "Made-up cosines.")

    static let differences = DifferenceChart(
        title: "Difference from fedavg", axisTitle: "points above fedavg",
        rows: (1..<6).map { variant in
            DifferenceChart.Row(
                variant: variant, name: names[variant], seeds: [1, 2, Double(variant)],
                mean: Double(variant), interval: variant == 5 ? nil : -1...(2 * Double(variant)))
        })

    static let cells = CellsChart(
        title: "All cells", axis: Axis("final accuracy, %"),
        rows: names.enumerated().map { variant, name in
            CellsChart.Row(variant: variant, name: name, values: [60, 70, 75 + Double(variant)])
        })

    static func partition(_ clients: Int, classes: Int) -> PartitionChart {
        PartitionChart(
            title: "Samples of each client",
            counts: (0..<clients).map { client in
                (0..<max(classes, 1)).map { (client * 7 + $0 * 3) % 50 }
            }, classes: (0..<classes).map { $0 == 1 ? oddName : "class \($0)" })
    }

    static let panels = PanelFigure(
        title: "Local rates",
        charts: curves(6, points: 40).map {
            CurveChart(
                title: $0.name, x: .rounds, y: Axis("Local rate", scale: .automatic),
                curves: [$0], names: .abovePanel)
        })

    /// Every kind, with few and many values of each.
    static let all: [(name: String, chart: any Chart)] = [
        ("one run", accuracy(curves(1, points: 30))),
        ("six variants", accuracy(curves(6, points: 300), runningMean: 9)),
        ("fourteen variants", accuracy(curves(14, points: 20))),
        ("ten rounds", accuracy(curves(3, points: 10))),
        ("one round", accuracy(curves(3, points: 1))),
        ("many rounds", accuracy(curves(2, points: 5_000), runningMean: 9)),
        ("no curves", accuracy([])),
        (
            "same curves",
            accuracy(
                names.enumerated().map {
                    Curve(variant: $0, name: $1, x: [0, 1, 2], y: [50, 60, 70])
                })
        ),
        (
            "curves that end early",
            accuracy(
                names.enumerated().map {
                    Curve(
                        variant: $0, name: $1, x: [0, 1, 2, 3].dropLast($0 % 3),
                        y: [50, 60, 70, 75].dropLast($0 % 3))
                })
        ),
        (
            "key in a corner",
            CurveChart(
                title: "Sorted", x: Axis("clients, %"), y: Axis("Accuracy, %", limits: 0...100),
                curves: curves(6, points: 50), names: .inCorner, zones: [0...5])
        ),
        (
            "profile",
            CurveChart(
                title: "Profile", x: Axis("at least"), y: Axis("share", extent: .fixed(0, 100)),
                curves: curves(6, points: 50), shape: .steps, names: .inCorner)
        ),
        (
            "logarithmic",
            CurveChart(
                title: "Loss", x: .rounds,
                y: Axis("Loss", scale: .logarithmic, extent: .withoutStart(step: nil)),
                curves: curves(4, points: 50))
        ),
        ("panels", panels),
        ("small grid", PanelFigure(title: "Grid", maps: grid(2, kind: .differences), key: nil)),
        (
            "large grid",
            PanelFigure(
                title: "Grid", maps: grid(9, kind: .values(lowerIsBetter: false)),
                key: ColourKey(.accuracies([10, 80]), title: "final accuracy, %"))
        ),
        (
            "long words",
            GridMap(
                name: oddName + oddName, xTitle: oddName + oddName, yTitle: oddName,
                columns: (0..<40).map { "\(oddName)\($0)" }, rows: [oddName + oddName, "1"],
                cells: [[GridMap.Cell(50, failed: 2), GridMap.Cell(.nan)]],
                kind: .values(lowerIsBetter: false), scale: .accuracies([50]))
        ),
        ("clients", PanelFigure(title: "Clients", maps: [clients(20, rounds: 30)], key: nil)),
        ("many clients", clients(1_000, rounds: 40)),
        ("strips", strips), ("differences", differences), ("cells", cells),
        ("partition", partition(30, classes: 10)), ("many owners", partition(1_000, classes: 3)),
        ("no classes", partition(5, classes: 0)),
    ]

    static let forms: [(name: String, form: ChartForm)] = [
        ("wide", .wide), ("narrow", .narrow), ("panel", .widePanel), ("file", .file()),
        ("small file", .file(width: 348)), ("dark", .file(palette: .dark)),
        ("column", .paper(width: 3.3)), ("low", .paper(width: 2.5, height: 1.5)),
        ("page", .paper(width: 6.8, height: 2.4)),
    ]
}
