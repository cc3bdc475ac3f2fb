/// The part of a page's style sheet that charts need: the colours of both grounds and of print as
/// variables, and a rule for each class.
public enum StyleSheet {
    /// Returns the variables for light, dark and print. Dark follows the reader's setting.
    public static var variables: String {
        ":root{\(variables(.light))}\n"
            + "@media (prefers-color-scheme:dark){:root{\(variables(.dark))}}\n"
            + "@media print{:root{\(variables(.light))}}\n"
    }

    private static func variables(_ palette: Palette) -> String {
        var list = [
            ("bg", palette.ground), ("ink", palette.ink), ("soft", palette.softInk),
            ("rule", palette.rule), ("grid", palette.grid), ("card", palette.card),
            ("hole", palette.missing), ("zone", palette.zone), ("link", palette.link),
            ("t1", palette.firstName), ("band", "\(palette.bandOpacity)"),
            ("band2", "\(palette.paleOpacity)"),
        ]
        list += palette.variants.enumerated().map { ("c\($0)", $1) }
        return list.map { "--\($0):\($1)" }.joined(separator: ";")
    }

    /// Returns the rules for all classes of charts and of keys for colours.
    ///
    /// - Parameter variants: the number of roles in the page with the baseline.
    public static func rules(variants: Int) -> String {
        shapes + roles(variants)
    }

    private static func roles(_ variants: Int) -> String {
        var css = ""
        for variant in 0..<max(variants, 1) {
            let colour = Role.colour(of: variant)
            css += ".v\(variant){--c:var(--c\(colour))"
            css += colour == 1 ? ";--t:var(--t1)}\n" : "}\n"
            let dashes = Role.dashes(of: variant, isPaper: false)
            if !dashes.isEmpty { css += "svg .l.v\(variant){stroke-dasharray:\(dashes)}\n" }
        }
        css += "@media print{"
        for variant in 0..<max(variants, 1) {
            let dashes = Role.dashes(of: variant, isPaper: true)
            css += "svg .l.v\(variant){stroke-dasharray:\(dashes.isEmpty ? "none" : dashes)}"
        }
        return css + "}\n"
    }

    private static let shapes = """
        svg{display:block;max-width:100%;height:auto;overflow:visible}
        svg.narrow{display:none}
        svg text{font-size:12px;font-family:var(--sans,sans-serif);fill:var(--ink);\
        font-variant-numeric:tabular-nums}
        svg.narrow text,svg.panel text,svg.panel3 text{font-size:11px}
        svg .t{fill:var(--soft)}svg .n{fill:var(--ink)}
        svg text.s,svg.narrow text.s,svg.panel text.s,svg.panel3 text.s{font-size:10.5px}
        svg .pt{font-weight:600}
        svg text.cn{font-size:11px;fill:revert-layer}
        svg text.cn.bst{font-weight:700}
        svg .g{stroke:var(--grid);fill:none}svg .a{stroke:var(--soft);fill:none}
        svg .l{fill:none;stroke-width:1.6;stroke-linejoin:round}svg .l.v0{stroke-width:2.4}
        svg .bg{fill:none;stroke:var(--soft);stroke-width:.8;stroke-opacity:.6}
        svg .m{stroke-width:1.5;stroke:var(--bg)}
        svg .lead{fill:none;stroke-width:.9}
        svg .target{stroke:var(--soft);stroke-dasharray:5 4;fill:none}
        svg .halo{paint-order:stroke;stroke:var(--bg);stroke-width:3.5px;stroke-linejoin:round}
        svg .hole{fill:var(--hole)}svg .zone{fill:var(--zone)}svg .bar{fill:var(--soft)}
        svg .b{fill-opacity:var(--band);stroke:none}svg .b2{fill-opacity:var(--band2);stroke:none}
        svg .l,svg .lead,svg .iv{stroke:var(--c)}
        svg .b,svg .b2,svg .m,svg .end,svg .mn,svg .sd{fill:var(--c)}
        svg .lab,svg .pt[class*=" v"]{fill:var(--t,var(--c))}
        svg .lab{font-weight:500}
        svg .cells{stroke:var(--c);stroke-width:1.6;stroke-opacity:.45;fill:none}
        svg .mn{stroke:var(--bg);stroke-width:1.2}
        svg .iv{fill:none;stroke-width:2}svg .sd{fill-opacity:.55}
        svg .px{image-rendering:pixelated}
        svg.forest{width:156px;max-width:none}
        .ckey{display:flex;align-items:flex-start;gap:10px;margin-top:10px;font-size:12px;\
        color:var(--soft)}
        .ck{width:240px}.ck i{display:block;height:10px;border-radius:1px;\
        border:1px solid var(--rule)}
        .ck-l{display:flex;justify-content:space-between}
        .ck-t{line-height:12px}

        """
}
