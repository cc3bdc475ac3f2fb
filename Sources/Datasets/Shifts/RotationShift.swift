package import RandomStreams
import RealModule
import Settings

/// Rotation: the images of group r = j mod R are turned by 360 r / R degrees, counter-clockwise.
///
/// Turns by multiples of 90 degrees move pixels and lose nothing. Other angles turn the image about
/// its centre. Each pixel is then interpolated from four pixels (bilinear), where pixels outside
/// the image are 0. Group 0 keeps its images.
///
/// - Streams: none; nothing is drawn.
/// - Source: Ghosh et al. 2020 (IFCA), arXiv 2006.04088: Rotated MNIST with k clusters.
package struct RotationShift: Shift {
    package static let algorithm = Algorithm("rotation", revision: 1)
    package static let stream: UInt32 = 2
    package static let stage = ShiftStage.features
    private let groups: Int

    init(_ settings: Settings) {
        groups = settings.integer(
            "groups", default: 4, in: .between(2, 360),
            "groups R of clients; group r = client mod R is turned by 360 r / R degrees")
    }

    package init(groups: Int) { self.groups = groups }

    package func addFacts(to facts: inout KeyFacts) { facts.add("groups", groups) }

    package func problem(with data: ShiftedForm, clients: Int) -> ShiftProblem? {
        if let problem = data.featureProblem("rotation", needsImage: true)
            ?? ShiftProblem("groups", groups: groups, clients: clients)
        {
            return problem
        }
        guard let (height, width) = data.image, height != width, groups != 2 else { return nil }
        return ShiftProblem(
            "groups", expected: "2 groups (turns by 180 degrees) for images that are not square",
            found: "\(groups) groups and images of \(height) x \(width) pixels",
            advice: "use groups: 2")
    }

    /// Whether some group turns by another angle than a multiple of 90 degrees.
    package var computesFeatures: Bool { 4 % groups != 0 }

    package func apply(to samples: inout ClientSamples, key: RandomKey) throws(ShiftProblem) {
        let group = samples.client % groups
        guard group > 0, let (height, width) = samples.form.image else { return }
        let channels = samples.form.shape[2]
        if 4 * group % groups == 0 {
            let order = Self.order(quarters: 4 * group / groups, height: height, width: width)
            samples.move(to: order, channels: channels)
            return
        }
        let turn = Turn(by: 2 * .pi * Double(group) / Double(groups), height, width)
        samples.withNumbers { turn.apply(to: &$0, channels: channels) }
    }

    /// Returns the old place of each pixel after turns by 90 degrees, counter-clockwise.
    private static func order(quarters: Int, height: Int, width: Int) -> [Int32] {
        (0..<height).flatMap { row in
            (0..<width).map { column -> Int32 in
                // One turn brings the last column to the first row.
                switch quarters % 4 {
                case 0: Int32(row * width + column)
                case 1: Int32(column * width + width - 1 - row)
                case 2: Int32((height - 1 - row) * width + width - 1 - column)
                default: Int32((height - 1 - column) * width + row)
                }
            }
        }
    }
}

/// A turn of images by one angle: the four old pixels of each new pixel, and their weights.
private struct Turn {
    private struct Corner {
        let place: Int
        let weight: Float
    }

    /// The corners inside the image, for each new pixel.
    private let corners: [[Corner]]

    /// - Parameter angle: in radians, counter-clockwise.
    init(by angle: Double, _ height: Int, _ width: Int) {
        let (cosine, sine) = (Double.cos(angle), Double.sin(angle))
        let (middleRow, middleColumn) = (Double(height - 1) / 2, Double(width - 1) / 2)
        corners = (0..<height * width).map { pixel -> [Corner] in
            let x = Double(pixel % width) - middleColumn
            // Rows count downwards.
            let y = middleRow - Double(pixel / width)
            let column = middleColumn + cosine * x + sine * y
            let row = middleRow - (cosine * y - sine * x)
            let (top, left) = (row.rounded(.down), column.rounded(.down))
            let (down, right) = (row - top, column - left)
            func corner(_ row: Int, _ column: Int, _ weight: Double) -> Corner? {
                guard weight > 0, (0..<height).contains(row), (0..<width).contains(column)
                else { return nil }
                return Corner(place: row * width + column, weight: Float(weight))
            }
            let (above, before) = (Int(top), Int(left))
            let all = [
                corner(above, before, (1 - down) * (1 - right)),
                corner(above, before + 1, (1 - down) * right),
                corner(above + 1, before, down * (1 - right)),
                corner(above + 1, before + 1, down * right),
            ]
            return all.compactMap { $0 }
        }
    }

    func apply(to numbers: inout [Float], channels: Int) {
        let size = corners.count * channels
        var old = [Float](repeating: 0, count: size)
        for first in stride(from: 0, to: numbers.count, by: size) {
            for index in 0..<size { old[index] = numbers[first + index] }
            for pixel in corners.indices {
                for channel in 0..<channels {
                    var sum: Float = 0
                    for corner in corners[pixel] {
                        sum += corner.weight * old[corner.place * channels + channel]
                    }
                    numbers[first + pixel * channels + channel] = sum
                }
            }
        }
    }
}
