/// Brings columns of numbers to mean 0 and deviation 1: x ← (x − mean) / deviation. Both come
/// from the rows given to `init` (population deviation, divisor n). Constant columns become 0.
struct Standardization {
    let means: [Double]
    /// 1 for constant columns.
    let deviations: [Double]

    /// - Parameter rows: (rows, width), at least one row.
    init(fitting rows: [Double], width: Int) {
        let count = Double(rows.count / width)
        var means = [Double](repeating: 0, count: width)
        var (smallest, largest) = (Array(rows[..<width]), Array(rows[..<width]))
        for first in stride(from: 0, to: rows.count, by: width) {
            for column in 0..<width {
                let value = rows[first + column]
                means[column] += value
                smallest[column] = min(smallest[column], value)
                largest[column] = max(largest[column], value)
            }
        }
        for column in 0..<width { means[column] /= count }
        var squares = [Double](repeating: 0, count: width)
        for first in stride(from: 0, to: rows.count, by: width) {
            for column in 0..<width {
                let distance = rows[first + column] - means[column]
                squares[column] += distance * distance
            }
        }
        // The mean of equal numbers is rounded, so their distance from it may not be 0.
        let isConstant = (0..<width).map { smallest[$0] == largest[$0] }
        self.means = (0..<width).map { isConstant[$0] ? smallest[$0] : means[$0] }
        deviations = (0..<width).map { column in
            let deviation = (squares[column] / count).squareRoot()
            return isConstant[column] || deviation == 0 ? 1 : deviation
        }
    }

    /// - Parameter rows: (rows, width)
    func apply(to rows: [Double]) -> [Double] {
        rows.indices.map { index in
            let column = index % means.count
            return (rows[index] - means[column]) / deviations[column]
        }
    }
}
