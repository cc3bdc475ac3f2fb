import RealModule

/// A colour of three parts from 0 to 255.
package struct RGB: Equatable {
    package var red: Double
    package var green: Double
    package var blue: Double

    package init(red: Double, green: Double, blue: Double) {
        (self.red, self.green, self.blue) = (red, green, blue)
    }

    /// Reads `#RRGGBB`. Other text is black.
    package init(_ hex: String) {
        let value = hex.count == 7 ? UInt32(hex.dropFirst(), radix: 16) ?? 0 : 0
        self.init(
            red: Double(value >> 16), green: Double(value >> 8 & 255), blue: Double(value & 255))
    }

    /// Returns this colour with a share of another one, from 0 to 1.
    package func mixed(with other: RGB, share: Double) -> RGB {
        RGB(
            red: red + (other.red - red) * share, green: green + (other.green - green) * share,
            blue: blue + (other.blue - blue) * share)
    }

    /// The parts as bytes.
    package var bytes: [UInt8] {
        [red, green, blue].map { UInt8(min(max($0.rounded(), 0), 255)) }
    }

    /// The colour as `#RRGGBB`.
    package var text: String {
        "#"
            + bytes.map { byte in
                let digits = String(byte, radix: 16, uppercase: true)
                return digits.count < 2 ? "0" + digits : digits
            }.joined()
    }

    /// The lightness that a grey printer gives this colour, from 0 to 255.
    package var luma: Double { 0.2126 * red + 0.7152 * green + 0.0722 * blue }

    /// The relative luminance of WCAG 2, from 0 to 1.
    private var luminance: Double {
        func linear(_ part: Double) -> Double {
            let share = part / 255
            return share <= 0.04045 ? share / 12.92 : Double.pow((share + 0.055) / 1.055, 2.4)
        }
        return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
    }

    /// Returns the contrast with another colour by WCAG 2, from 1 to 21.
    package func contrast(with other: RGB) -> Double {
        let (one, two) = (luminance, other.luminance)
        return (max(one, two) + 0.05) / (min(one, two) + 0.05)
    }

    /// The colour of text on this colour: white or nearly black, whichever has more contrast.
    package var textColour: String {
        let (white, black) = ("#FFFFFF", "#111111")
        return contrast(with: RGB(white)) > contrast(with: RGB(black)) ? white : black
    }
}

/// A scale of colours for maps, the same on light and dark grounds.
public enum ColourRamp: Sendable {
    /// For accuracies, rates and shares: light is little, dark is much.
    case sequential
    /// For gains and cosines: orange below 0, near-white at 0, blue above 0.
    case diverging

    private static let sequentialStops = [
        "#F4F1DE", "#DDD38D", "#A8B96B", "#5F9A72", "#2F7575", "#234E6B", "#1D2A4D",
    ].map { RGB($0) }
    private static let divergingStops = [
        "#8A3B00", "#D9730D", "#F3B677", "#F5F3EE", "#8FC1E8", "#2A7BBF", "#12427A",
    ].map { RGB($0) }

    /// Returns the colour at a position from 0 to 1; positions outside are clipped.
    package func colour(at position: Double) -> RGB {
        let stops = self == .sequential ? Self.sequentialStops : Self.divergingStops
        let place = min(max(position.isFinite ? position : 0, 0), 1) * Double(stops.count - 1)
        let index = min(Int(place), stops.count - 2)
        return stops[index].mixed(with: stops[index + 1], share: place - Double(index))
    }
}
