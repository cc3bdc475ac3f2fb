/// Changes the size of a picture by the triangle filter (bilinear). The filter is as wide as the
/// pixels of the smaller picture, so that no pixel of a large picture is left out.
///
///     out(x) = Σ_i w(i) in(i) / Σ_i w(i),   w(i) = max(0, 1 − |i + ½ − c| / s),
///     c = (x + ½) n_in / n_out,   s = max(1, n_in / n_out)
///
/// First all rows, then all columns. Weights are whole numbers of 2^-22, and each of both results
/// is rounded to 8 bits. The pixels are those of Pillow's `resize` with `BILINEAR`, or differ by 1
/// where Pillow 13 resizes the columns first.
enum Resampling {
    private static let precision = 22

    /// Returns the picture in another size. All sizes are 1 or more.
    static func resized(_ picture: Picture, width: Int, height: Int) -> Picture {
        var picture = picture
        if picture.width != width {
            let rows = picture.height
            picture.pixels = lines(
                picture.pixels, Weights(from: picture.width, to: width), count: rows,
                step: picture.channels, channels: picture.channels,
                lineStep: picture.width * picture.channels)
            picture.width = width
        }
        if picture.height != height {
            // A column of pixels is a line; the result has columns one after the other.
            let columns = lines(
                picture.pixels, Weights(from: picture.height, to: height), count: width,
                step: width * picture.channels, channels: picture.channels,
                lineStep: picture.channels)
            picture.pixels = AxisOrder.transposed(
                columns, shape: [width, height, picture.channels], axes: [1, 0, 2])
            picture.height = height
        }
        return picture
    }

    /// The weights of each pixel of a line.
    private struct Weights {
        var starts: [Int] = []
        var weights: [[Int]] = []

        init(from size: Int, to newSize: Int) {
            let scale = Double(size) / Double(newSize)
            let support = max(scale, 1)
            for index in 0..<newSize {
                let centre = (Double(index) + 0.5) * scale
                let first = max(Int(centre - support + 0.5), 0)
                let end = min(Int(centre + support + 0.5), size)
                let raw = (first..<end).map {
                    max(0, 1 - abs((Double($0) - centre + 0.5) / support))
                }
                let sum = raw.reduce(0, +)
                starts.append(first)
                weights.append(raw.map { Int(0.5 + $0 / sum * Double(1 << precision)) })
            }
        }
    }

    /// Resamples lines, whose results are put one after the other.
    ///
    /// - Parameters:
    ///   - step: from a pixel of a line to the next one.
    ///   - lineStep: from the first pixel of a line to that of the next one.
    private static func lines(
        _ pixels: [UInt8], _ weights: Weights, count: Int, step: Int, channels: Int, lineStep: Int
    ) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(count * weights.starts.count * channels)
        for line in 0..<count {
            for (start, row) in zip(weights.starts, weights.weights) {
                for channel in 0..<channels {
                    var sum = 1 << (precision - 1)
                    var place = line * lineStep + start * step + channel
                    for weight in row {
                        sum += weight * Int(pixels[place])
                        place += step
                    }
                    result.append(UInt8(min(max(sum >> precision, 0), 255)))
                }
            }
        }
        return result
    }
}
