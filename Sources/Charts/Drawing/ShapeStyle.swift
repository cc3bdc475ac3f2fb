/// What a shape stands for. A page writes a class for it, a file the attributes of its colour.
package enum ShapeStyle {
    /// A pale line behind the chart.
    case grid
    /// The baseline of the plot and its tick marks, or the zero line.
    case axis
    /// The line of a target.
    case target
    /// Cells without a value.
    case missing
    /// A range that is set off.
    case zone
    /// Bars that belong to no variant.
    case bar
    /// The line of one of many variants, which is not named.
    case background
    /// A thin line between two parts of a drawing.
    case lead(Int)
    case line(Int)
    case band(Int)
    case paleBand(Int)
    case marker(Int)
    /// The dot where a line ends early.
    case end(Int)
    /// Short ticks, one for each value.
    case ticks(Int)
    /// The line of an interval with its ends.
    case interval(Int)
    /// The dot of a mean.
    case mean(Int)
    /// The dot of a seed.
    case seed(Int)

    /// The classes of a page.
    package var classes: String {
        switch self {
        case .grid: "g"
        case .axis: "a"
        case .target: "target"
        case .missing: "hole"
        case .zone: "zone"
        case .bar: "bar"
        case .background: "bg"
        case .lead(let variant): "lead v\(variant)"
        case .line(let variant): "l v\(variant)"
        case .band(let variant): "b v\(variant)"
        case .paleBand(let variant): "b2 v\(variant)"
        case .marker(let variant): "m v\(variant)"
        case .end(let variant): "end v\(variant)"
        case .ticks(let variant): "cells v\(variant)"
        case .interval(let variant): "iv v\(variant)"
        case .mean(let variant): "mn v\(variant)"
        case .seed(let variant): "sd v\(variant)"
        }
    }

    /// Returns the attributes of a file, which say what the style sheet says.
    package func attributes(_ form: ChartForm) -> String {
        let palette = form.palette, isPaper = form.isPaper
        func stroke(_ colour: String, _ width: Double, _ more: String = "") -> String {
            "fill=\"none\" stroke=\"\(colour)\" stroke-width=\"\(width)\"\(more)"
        }
        func fill(_ colour: String, _ more: String = "") -> String { "fill=\"\(colour)\"\(more)" }
        func edge(_ width: Double) -> String {
            " stroke=\"\(palette.ground)\" stroke-width=\"\(width)\""
        }
        func tint(_ variant: Int, _ opacity: Double) -> String {
            isPaper
                ? fill(palette.tint(of: variant, opacity: opacity))
                : fill(palette.colour(of: variant), " fill-opacity=\"\(opacity)\"")
        }
        switch self {
        case .grid: return stroke(palette.grid, isPaper ? 0.6 : 1)
        case .axis: return stroke(palette.softInk, isPaper ? 0.9 : 1)
        case .target: return stroke(palette.softInk, 1, " stroke-dasharray=\"5 4\"")
        case .missing: return fill(palette.missing)
        case .zone: return fill(palette.zone)
        case .bar: return fill(palette.softInk)
        case .background: return stroke(palette.softInk, 0.8, " stroke-opacity=\"0.6\"")
        case .lead(let variant): return stroke(palette.colour(of: variant), 0.9)
        case .line(let variant):
            let dashes = Role.dashes(of: variant, isPaper: isPaper)
            let width = (variant == 0 ? 2.4 : 1.6) * (isPaper ? 0.94 : 1)
            return stroke(
                palette.colour(of: variant), width,
                " stroke-linejoin=\"round\""
                    + (dashes.isEmpty ? "" : " stroke-dasharray=\"\(dashes)\""))
        case .band(let variant): return tint(variant, palette.bandOpacity)
        case .paleBand(let variant): return tint(variant, palette.paleOpacity)
        case .marker(let variant):
            return fill(palette.colour(of: variant), edge(isPaper ? 1 : 1.5))
        case .end(let variant): return fill(palette.colour(of: variant))
        case .ticks(let variant):
            return isPaper
                ? stroke(palette.tint(of: variant, opacity: 0.6), 1.2)
                : stroke(palette.colour(of: variant), 1.6, " stroke-opacity=\"0.45\"")
        case .interval(let variant):
            return stroke(palette.colour(of: variant), isPaper ? 1.5 : 2)
        case .mean(let variant): return fill(palette.colour(of: variant), edge(1.2))
        case .seed(let variant): return tint(variant, 0.55)
        }
    }
}

/// What a text stands for, written in two ways like shapes.
package enum TextStyle {
    /// The number or word at a tick.
    case tick
    /// Ticks of maps, which have little room.
    case smallTick
    /// The title of an axis.
    case axisTitle
    /// A word on the plot, with an edge in the colour of the ground.
    case note
    /// The name of a variant, in its colour.
    case label(Int)
    /// A name on the plot, with an edge in the colour of the ground.
    case haloedLabel(Int)
    /// The name of one of several panels.
    case panelTitle(Int?)
    /// The letter of a panel on paper.
    case letter
    /// The number in a cell, on its colour.
    case cell(colour: String, isBest: Bool)

    /// The classes of a page.
    package var classes: String {
        switch self {
        case .tick: "t"
        case .smallTick: "t s"
        case .axisTitle: "t n"
        case .note: "t halo"
        case .label(let variant): "lab v\(variant)"
        case .haloedLabel(let variant): "lab halo v\(variant)"
        case .panelTitle(let variant): variant.map { "pt v\($0)" } ?? "pt"
        case .letter: "t n"
        case .cell(_, let isBest): isBest ? "cn bst" : "cn"
        }
    }

    /// Returns the size of the text in design pixels.
    package func size(_ form: ChartForm) -> Double {
        switch self {
        case .tick, .note: form.tickSize
        case .smallTick: 10.5
        case .cell: form.isPaper ? 10.5 : 11
        default: form.textSize
        }
    }

    /// Returns the attributes of a file, which say what the style sheet says.
    package func attributes(_ form: ChartForm) -> String {
        let palette = form.palette
        let size = " font-size=\"\(NumberText.coordinate(size(form)))\""
        let halo =
            " stroke=\"\(palette.ground)\" stroke-width=\"3.5\" stroke-linejoin=\"round\""
            + " paint-order=\"stroke\""
        switch self {
        case .tick, .smallTick: return "fill=\"\(palette.softInk)\"" + size
        // On paper an edge would put each letter into the file twice.
        case .note:
            return "fill=\"\(palette.softInk)\"" + size + (form.isPaper ? "" : halo)
        case .axisTitle: return "fill=\"\(palette.ink)\"" + size
        case .label(let variant): return "fill=\"\(palette.nameColour(of: variant))\"" + size
        case .haloedLabel(let variant):
            return "fill=\"\(palette.nameColour(of: variant))\"" + size
                + (form.isPaper ? "" : halo)
        case .panelTitle(let variant):
            let colour = variant.map { palette.nameColour(of: $0) } ?? palette.ink
            return "fill=\"\(colour)\" font-weight=\"600\"" + size
        case .letter: return "fill=\"\(palette.ink)\"" + size
        case .cell(let colour, let isBest):
            return "fill=\"\(colour)\"" + size + (isBest ? " font-weight=\"700\"" : "")
        }
    }
}
