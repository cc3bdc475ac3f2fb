/// The colours of all charts by role, as `#RRGGBB`, for one ground.
///
/// Any two of the first six variants differ by 23 or more in CIE Lab, also in simulated colour
/// blindness. Each variant has a contrast of 3.4 or more on the ground.
public struct Palette: Equatable, Sendable {
    /// The colour behind everything.
    public var ground: String
    /// The colour of text.
    public var ink: String
    /// The colour of ticks, notes and the lines that stand in the background.
    public var softInk: String
    /// The colour of rules between blocks.
    public var rule: String
    /// The colour of the lines behind a chart.
    public var grid: String
    /// The colour of boxes with text of programs.
    public var card: String
    /// The colour of cells without a value.
    public var missing: String
    /// The colour of a range that is set off.
    public var zone: String
    /// The colour of links.
    public var link: String
    /// The colours of the baseline and of the six variants behind it.
    public var variants: [String]
    /// The colour of the first variant's name, whose contrast must be 4.5.
    public var firstName: String
    /// The opacity of a band over seeds.
    public var bandOpacity: Double
    /// The opacity of a pale band.
    public var paleOpacity: Double

    /// The colours on white.
    public static let light = Palette(
        ground: "#FFFFFF", ink: "#1A1A1A", softInk: "#5C6066", rule: "#D9DCE0", grid: "#E8EAED",
        card: "#F6F7F8", missing: "#E4E6E9", zone: "#F0F1F3", link: "#0B57A8",
        variants: [
            "#1A1A1A", "#2290DD", "#B4456A", "#4D7F12", "#2A35C9", "#6A1B7A", "#4C3D00",
        ], firstName: "#1B77B8", bandOpacity: 0.16, paleOpacity: 0.10)

    /// The colours on a dark ground.
    public static let dark = Palette(
        ground: "#14171A", ink: "#F0F1F2", softInk: "#A5ABB3", rule: "#3A3F45", grid: "#2A2E33",
        card: "#1C2024", missing: "#2B3036", zone: "#1F2429", link: "#7DB7F0",
        variants: [
            "#F2F2F2", "#00C2F5", "#E8558F", "#6E9A1F", "#3F7DFF", "#FFCC33", "#C98A4B",
        ], firstName: "#00C2F5", bandOpacity: 0.22, paleOpacity: 0.13)

    /// Returns the colour of a variant's lines. Colours repeat from the eighth variant on.
    ///
    /// - Parameter variant: the role, 0 for the baseline.
    public func colour(of variant: Int) -> String { variants[Role.colour(of: variant)] }

    /// Returns the colour of a variant's name.
    ///
    /// - Parameter variant: the role, 0 for the baseline.
    public func nameColour(of variant: Int) -> String {
        Role.colour(of: variant) == 1 ? firstName : colour(of: variant)
    }

    /// Returns the colour that a band has on the ground, without transparency.
    package func tint(of variant: Int, opacity: Double) -> String {
        RGB(colour(of: variant)).mixed(with: RGB(ground), share: 1 - opacity).text
    }
}

/// What the number of a variant decides: its colour, its dashes and its marker. The baseline is 0;
/// the others have the scenario's order, so a variant keeps its role in all figures.
public enum Role {
    /// Returns which of the seven colours a variant has.
    public static func colour(of variant: Int) -> Int {
        variant <= 0 ? 0 : 1 + (variant - 1) % 6
    }

    /// Returns the dashes of a variant's line in pixels, empty for a solid line.
    ///
    /// - Parameter isPaper: On paper each variant has dashes; on screens only those whose colour
    ///   was used before.
    public static func dashes(of variant: Int, isPaper: Bool) -> String {
        guard variant > 0 else { return "" }
        let (place, turn) = ((variant - 1) % 6, (variant - 1) / 6)
        guard isPaper || turn > 0 else { return "" }
        // A turn shifts the list, so that no pair of colour and dashes comes twice in 36 variants.
        // On a screen the first turn has none, so the solid line is left out there.
        let all = isPaper ? dashes : dashes.filter { !$0.isEmpty }
        return all[(place + turn) % all.count]
    }

    private static let dashes = ["7 2", "2 1.6", "8 2 2 2", "4 1.6", "", "10 3 1 3 1 3"]

    /// Returns the marker of a variant; the baseline has none.
    package static func marker(of variant: Int) -> Marker? {
        variant <= 0 ? nil : Marker.allCases[(variant - 1) % Marker.allCases.count]
    }
}

/// The shapes that distinguish variants without colour, about 8 pixels wide around their point.
package enum Marker: CaseIterable {
    case circle, square, diamond, triangleDown, bar, triangleUp, uprightBar

    /// The outline in pixels around (0, 0).
    package var outline: String {
        switch self {
        case .circle: "M-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0Z"
        case .square: "M-3.6-3.6h7.2v7.2h-7.2Z"
        case .diamond: "M0-5L5 0L0 5L-5 0Z"
        case .triangleDown: "M-4.6-3.4h9.2L0 4.8Z"
        case .bar: "M-6-2.4h12v4.8h-12Z"
        case .triangleUp: "M-4.6 3.4h9.2L0-4.8Z"
        case .uprightBar: "M-2.4-6h4.8v12h-4.8Z"
        }
    }
}
