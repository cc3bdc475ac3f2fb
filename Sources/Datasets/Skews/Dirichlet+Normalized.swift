import RandomStreams
import RealModule

/// Each client draws proportions over the classes, and each class is split by its column.
///
/// 1. Client j draws q_j ~ Dir(alpha, ..., alpha) over all classes.
/// 2. The shares of class c are q_jc / (q_0c + ... + q_{N-1,c}). Cuts, the minimum and the shuffles
///    are those of `per_class`. Sizes vary less than with `per_class`.
///
/// - Streams: client j, with the number of the draw as round, draws q_j. The others are those of
///   `per_class`.
/// - Source: the second routine in the code of FedExP (Jhunjhunwala et al. 2023, arXiv 2301.09604).
extension Dirichlet {
    func dealNormalized(
        _ blocks: ClassBlocks, to clients: Int, key: RandomKey
    ) throws(PartitionError) -> Partition {
        let classes = blocks.classes
        return try shares.deal(blocks, to: clients, key: key) { draw in
            // Logarithms, since with a small alpha all proportions of a class can be 0.
            var logarithms = [Double](repeating: 0, count: clients * classes)
            for client in 0..<clients {
                var stream = key.part(UInt32(client), draw).stream()
                let first = client * classes
                for index in first..<first + classes {
                    logarithms[index] = stream.logGamma(shape: alpha)
                }
                let largest = logarithms[first..<first + classes].max() ?? 0
                let sum = logarithms[first..<first + classes].reduce(0) {
                    $0 + Double.exp($1 - largest)
                }
                let scale = largest + Double.log(sum)
                for index in first..<first + classes { logarithms[index] -= scale }
            }
            return { index, _ in
                RandomStream.proportions(
                    ofLogarithms: (0..<clients).map { logarithms[$0 * classes + index] })
            }
        }
    }
}
