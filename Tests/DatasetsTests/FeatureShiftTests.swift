import Datasets
import RandomStreams
import Testing

@Suite struct `Shifts of features` {
    private func statistics(_ values: [Float]) -> (mean: Double, deviation: Double) {
        let mean = values.reduce(0) { $0 + Double($1) } / Double(values.count)
        let squares = values.reduce(0) { $0 + (Double($1) - mean) * (Double($1) - mean) }
        return (mean, (squares / Double(values.count)).squareRoot())
    }

    @Test func `noise has mean 0 and a deviation that grows from client to client`() throws {
        let data = ShiftedData(shape: [50], sizes: [200, 200, 200, 200, 200])
        let rows = try data.numbers([NoiseShift(sigma: 0.4)])
        for client in 0..<5 {
            let values = rows[200 * client..<200 * (client + 1)].flatMap(\.self)
            let (mean, deviation) = statistics(values)
            let expected = 0.4 * Double(client) / 4
            // 10,000 numbers: the standard errors are deviation / 100 and deviation / 141.
            #expect(abs(mean) <= 4 * expected / 100, "client \(client): \(mean)")
            #expect(abs(deviation - expected) <= 4 * expected / 141, "client \(client)")
        }
    }

    @Test func `a single client has no noise`() throws {
        let rows = try ShiftedData(sizes: [3]).numbers([NoiseShift(sigma: 5)])
        #expect(rows.flatMap(\.self).allSatisfy { $0 == 0 })
    }

    @Test func `noise in space is in the client's own cell of the image`() throws {
        // 4 x 4 pixels, 2 x 2 cells: client 2 has the rows 2 and 3 of the columns 0 and 1.
        let data = ShiftedData(shape: [4, 4, 1], sizes: [2, 2, 2, 2])
        let rows = try data.numbers([NoiseShift(sigma: 0.5, mode: .space)])
        let cells = [[0, 1, 4, 5], [2, 3, 6, 7], [8, 9, 12, 13], [10, 11, 14, 15]]
        for (index, row) in rows.enumerated() {
            #expect(row.indices.filter { row[$0] != 0 } == cells[index / 2])
        }
        // Three clients have the same grid, and its last cell is empty.
        let three = try ShiftedData(shape: [4, 4, 1], sizes: [1, 1, 1]).numbers([
            NoiseShift(sigma: 0.5, mode: .space)
        ])
        #expect(three.map { row in row.indices.filter { row[$0] != 0 } } == Array(cells[..<3]))
    }

    @Test func `noise of one client does not depend on the samples of others`() throws {
        let one = try ShiftedData(sizes: [3, 4, 2]).numbers([NoiseShift(sigma: 1)])
        let other = try ShiftedData(sizes: [9, 4, 0]).numbers([NoiseShift(sigma: 1)])
        #expect(one[3..<7] == other[9..<13])
        #expect(Set(one[3..<9].flatMap(\.self)).count == 24)
    }

    @Test func `another kind in the list does not move the noise, and a second one is another`()
        throws
    {
        let data = ShiftedData(shape: [2, 2, 1], sizes: [1, 2, 1])
        let alone = try data.numbers([NoiseShift(sigma: 1)])
        #expect(try data.numbers([RotationShift(groups: 2), NoiseShift(sigma: 1)]) == alone)
        let twice = try data.numbers([NoiseShift(sigma: 1), NoiseShift(sigma: 1)])
        #expect(twice[3] != alone[3].map { 2 * $0 })
    }

    /// The samples of client 0 are pixels 1, 2, ... of an image; those of the others, too.
    private func images(_ height: Int, _ width: Int, _ channels: Int, clients: Int) -> ShiftedData {
        let pixels = (0..<height * width * channels).map { UInt8($0 + 1) }
        return ShiftedData(
            shape: [height, width, channels], sizes: [Int](repeating: 1, count: clients),
            features: .bytes((0..<clients).flatMap { _ in pixels }))
    }

    @Test func `four groups turn by 90 degrees counter-clockwise, and bytes stay bytes`() throws {
        let turned = try images(2, 2, 1, clients: 5).bytes([RotationShift(groups: 4)])
        #expect(
            turned == [[1, 2, 3, 4], [2, 4, 1, 3], [4, 3, 2, 1], [3, 1, 4, 2], [1, 2, 3, 4]])
        let coloured = try images(2, 2, 2, clients: 4).bytes([RotationShift(groups: 4)])
        #expect(coloured[1] == [3, 4, 7, 8, 1, 2, 5, 6])
        let wide = try images(2, 3, 1, clients: 2).bytes([RotationShift(groups: 2)])
        #expect(wide[1] == [6, 5, 4, 3, 2, 1])
    }

    @Test func `four turns by 90 degrees give the image back`() throws {
        let data = images(5, 5, 3, clients: 4)
        let turn = RotationShift(groups: 4)
        #expect(try data.bytes([turn, turn, turn, turn]) == data.bytes([]))
        #expect(try data.bytes([turn]) != data.bytes([]))
    }

    @Test func `other angles interpolate, and pixels outside the image are 0`() throws {
        // Ones turned by 45 degrees. A corner is read at the distance √2 from the centre, 0.4142
        // beyond the edge: the weight of the edge is 2 − √2.
        var data = images(3, 3, 1, clients: 8)
        data.features = .floats([Float](repeating: 1, count: 72))
        let turned = try data.numbers([RotationShift(groups: 8)])
        let corner = Float(2 - 2.0.squareRoot())
        for (pixel, value) in turned[1].enumerated() {
            let isCorner = [0, 2, 6, 8].contains(pixel)
            #expect(abs(value - (isCorner ? corner : 1)) < 1e-6, "pixel \(pixel): \(value)")
        }
        // Group 2 turns by 90 degrees: exactly.
        #expect(turned[0] == turned[2])
    }

    @Test func `turns by an angle go the same way as turns by 90 degrees`() throws {
        // Two turns by 45 degrees against one by 90: near the centre they agree.
        var data = ShiftedData(shape: [9, 9, 1], sizes: [Int](repeating: 1, count: 8))
        var image = [Float](repeating: 0, count: 81)
        for row in 0..<9 { for column in 0..<9 { image[9 * row + column] = Float(column) } }
        data.features = .floats((0..<8).flatMap { _ in image })
        let turn = RotationShift(groups: 8)
        let twice = try data.numbers([turn, turn])[1]
        let once = try data.numbers([turn])[2]
        for pixel in [30, 31, 32, 39, 40, 41, 48, 49, 50] {
            #expect(abs(twice[pixel] - once[pixel]) < 1e-4, "\(pixel)")
        }
        #expect(once[40] == 4 && once[31] == 5)
    }

    @Test func `a permutation is one other order for each group, and group 0 has none`() throws {
        let data = images(4, 4, 2, clients: 6)
        let rows = try data.bytes([PermutationShift(groups: 3)])
        let plain = try data.bytes([])
        #expect(rows[0] == plain[0] && rows[3] == plain[3])
        #expect(rows[1] == rows[4] && rows[2] == rows[5])
        #expect(rows[1] != rows[2] && rows[1] != plain[0] && rows[2] != plain[0])
        for row in rows {
            #expect(row.sorted() == plain[0].sorted())
            // The two channels of a pixel stay together.
            for first in stride(from: 0, to: 32, by: 2) {
                #expect(row[first].isMultiple(of: 2) == false && row[first + 1] == row[first] + 1)
            }
        }
    }

    @Test func `features without an image are permuted one by one`() throws {
        var data = ShiftedData(shape: [5], sizes: [1, 1])
        data.features = .floats([1, 2, 3, 4, 5, 1, 2, 3, 4, 5])
        let rows = try data.numbers([PermutationShift(groups: 2)])
        #expect(rows[0] == [1, 2, 3, 4, 5] && rows[1] != rows[0] && rows[1].sorted() == rows[0])
    }

    @Test func `brightness multiplies, adds and clips`() throws {
        var data = ShiftedData(shape: [2, 2, 1], sizes: [1, 1])
        data.features = .floats([0, 0.25, 0.5, 1, 0, 0.25, 0.5, 1])
        let fixed = BrightnessShift(contrast: 2...2, brightness: -0.25 ... -0.25)
        #expect(try data.numbers([fixed]) == [[0, 0.25, 0.75, 1], [0, 0.25, 0.75, 1]])
        let drawn = BrightnessShift(contrast: 0.5...1.5, brightness: -0.2...0.2)
        let rows = try data.numbers([drawn])
        #expect(rows[0] != rows[1] && rows.flatMap(\.self).allSatisfy { (0...1).contains($0) })
    }

    @Test func `bytes of pixels count as much after a shift as before`() throws {
        let data = images(2, 2, 1, clients: 2)
        let rows = try data.numbers([NoiseShift(sigma: 0)])
        let scale = Float(1) / 255
        #expect(rows == [[1, 2, 3, 4], [1, 2, 3, 4]].map { $0.map { Float($0) * scale } })
        let dataset = try data.dataset()
        var features = [Float](repeating: 0, count: 4)
        var targets: [Float] = [0]
        var out = features.mutableSpan
        var labels = targets.mutableSpan
        dataset.gather([1 as Int32].span, from: .train, into: &out, targets: &labels)
        #expect(features == rows[1])
    }
}
