import Foundation
import LinearAlgebra
import Testing

/// −log softmax(logits)[label], with the largest logit taken out first.
private func plainLoss(_ logits: [Double], _ label: Int) -> Double {
    let largest = logits.max() ?? 0
    return log(logits.reduce(0) { $0 + exp($1 - largest) }) + largest - logits[label]
}

/// Loss, hits and gradient of rows of logits.
private func crossEntropy<S: Scalar>(
    _ logits: [[S]], _ labels: [Int32]
) -> (loss: Double, correct: Int, gradient: [S]) {
    let flat = logits.flatMap { $0 }
    let (rows, classes) = (logits.count, logits.first?.count ?? 1)
    let lists = Lists([flat, flat.map { _ in S.nan }, labels.map { S($0) }])
    let places = lists.places
    var slots = lists.slots()
    let matrix = places[0].matrix(rows: rows, columns: classes)
    let alone = slots.crossEntropy(matrix, places[2], gradient: nil)
    let both = slots.crossEntropy(
        matrix, places[2], gradient: places[1].matrix(rows: rows, columns: classes))
    // Training and evaluation must agree.
    #expect(alone.loss == both.loss || (alone.loss.isNaN && both.loss.isNaN))
    #expect(alone.correct == both.correct)
    lists.checkGuards(slots)
    return (both.loss, both.correct, slots.values(places[1]))
}

@Suite struct `Cross-entropy` {
    @Test(arguments: [(1, 2), (1, 10), (3, 7), (16, 10), (33, 17)])
    func `agrees with the plain logarithm of a sum of exponentials`(rows: Int, classes: Int) {
        check(Float.self, rows, classes, within: 1e-6)
        check(Double.self, rows, classes, within: 1e-14)
    }

    private func check<S: Scalar>(
        _ type: S.Type, _ rows: Int, _ classes: Int, within tolerance: Double
    ) {
        var numbers = Numbers(state: UInt64(rows))
        let logits = (0..<rows).map { _ in numbers.list(classes, of: S.self).map { 6 * $0 } }
        let labels = (0..<rows).map { Int32($0 * 5 % classes) }
        let (loss, correct, gradient) = crossEntropy(logits, labels)
        let wide = logits.map { $0.map { Double($0) } }
        let expected = zip(wide, labels).reduce(0) { $0 + plainLoss($1.0, Int($1.1)) }
        #expect(abs(loss - expected) <= tolerance * Double(rows) * 10)
        let hits = zip(wide, labels).filter { row, label in
            row.firstIndex(of: row.max() ?? 0) == Int(label)
        }
        #expect(correct == hits.count)

        // The derivative of the mean: (softmax − one-hot) / rows.
        let softmax = wide.enumerated().flatMap { row, logits in
            logits.indices.map { column -> S in
                let share = exp(-plainLoss(logits, column))
                return S((share - (column == Int(labels[row]) ? 1 : 0)) / Double(rows))
            }
        }
        #expect(isClose(gradient, softmax, within: tolerance))
    }

    @Test func `the gradient is the slope of the mean loss`() {
        var numbers = Numbers(state: 5)
        var logits = (0..<3).map { _ in numbers.list(5, of: Double.self).map { 3 * $0 } }
        let labels: [Int32] = [4, 0, 2]
        let gradient = crossEntropy(logits, labels).gradient
        for row in 0..<3 {
            for column in 0..<5 {
                let kept = logits[row][column]
                logits[row][column] = kept + 1e-5
                let above = crossEntropy(logits, labels).loss
                logits[row][column] = kept - 1e-5
                let below = crossEntropy(logits, labels).loss
                logits[row][column] = kept
                let slope = (above - below) / 2e-5 / 3
                #expect(abs(gradient[row * 5 + column] - slope) < 1e-9, "\(row), \(column)")
            }
        }
    }

    @Test func `huge logits neither overflow nor lose the loss`() {
        let one: (loss: Double, correct: Int, gradient: [Float]) = crossEntropy(
            [[1e30, 0, -1e30], [3e38, -3e38, 0]], [0, 0])
        #expect(one.loss == 0 && one.correct == 2)
        #expect(one.gradient == [0, 0, 0, 0, 0, 0])
        // Wrong by 1e30: the loss is the difference.
        let wrong: (loss: Double, correct: Int, gradient: [Float]) = crossEntropy([[1e30, 0]], [1])
        #expect(abs(wrong.loss / 1e30 - 1) < 1e-6)
        #expect(wrong.correct == 0 && wrong.gradient == [1, -1])
        // Adding a constant to all logits changes nothing.
        let shifted: (loss: Double, correct: Int, gradient: [Double]) = crossEntropy(
            [[1000, 1001, 1002]], [1])
        #expect(abs(shifted.loss - plainLoss([0, 1, 2], 1)) < 1e-12)
    }

    @Test func `equal logits: the first class wins`() {
        let logits: [[Float]] = [[2, 2, 2], [1, 3, 3], [0, 0, 0], [1, 3, 3]]
        #expect(crossEntropy(logits, [0, 1, 1, 2]).correct == 2)
        let loss = crossEntropy([[Float]](repeating: [0, 0, 0, 0], count: 2), [3, 0]).loss
        #expect(abs(loss - 2 * log(4.0)) < 1e-6)
    }

    @Test func `a NaN logit is a NaN loss, and no hit where it is the first`() {
        for index in 0..<3 {
            var row: [Float] = [1, 2, 3]
            row[index] = .nan
            #expect(crossEntropy([row], [2]).loss.isNaN, "\(index)")
        }
        #expect(crossEntropy([[Float.nan, 0, 0]], [0]).correct == 0)
    }

    @Test func `of infinite logits nothing healthy comes out`() {
        #expect(!crossEntropy([[Float.infinity, 0]], [0]).loss.isFinite)
        #expect(!crossEntropy([[Float.infinity, 0]], [1]).loss.isFinite)
    }
}
