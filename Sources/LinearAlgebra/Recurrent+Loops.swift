import CKernels

extension CellPlaces {
    fileprivate func inC(_ rows: Int, _ width: Int) -> hyperfed_cell {
        hyperfed_cell(
            rows: rows, width: width, gates: gates.start, recurrent: recurrent.start,
            carried: carried.start, previous: previous.start, output: output.start)
    }
}

extension CellGradients {
    fileprivate var inC: hyperfed_cell_gradient {
        hyperfed_cell_gradient(
            output: output.start, state: state.start, carried: carried.start,
            previous: previous.start, gates: gates.start, recurrent: recurrent.start)
    }
}

// The protocol documents each of them.
// swift-format-ignore: AllPublicDeclarationsHaveDocumentation
extension Float: RecurrentLoops {
    public static func step(
        _ cell: RecurrentCell, _ base: UnsafeMutablePointer<Float>, _ places: CellPlaces, rows: Int,
        width: Int
    ) {
        var p = places.inC(rows, width)
        switch cell {
        case .lstm: hyperfed_lstm_f(base, &p)
        case .gru: hyperfed_gru_f(base, &p)
        }
    }

    public static func stepTangent(
        _ cell: RecurrentCell, _ base: UnsafeMutablePointer<Float>, _ places: CellPlaces,
        _ tangents: CellPlaces, rows: Int, width: Int
    ) {
        var p = places.inC(rows, width)
        var t = tangents.inC(rows, width)
        switch cell {
        case .lstm: hyperfed_lstm_tangent_f(base, &p, &t)
        case .gru: hyperfed_gru_tangent_f(base, &p, &t)
        }
    }

    public static func stepBackward(
        _ cell: RecurrentCell, _ base: UnsafeMutablePointer<Float>, _ places: CellPlaces,
        _ gradients: CellGradients, rows: Int, width: Int
    ) {
        var p = places.inC(rows, width)
        var g = gradients.inC
        switch cell {
        case .lstm: hyperfed_lstm_backward_f(base, &p, &g)
        case .gru: hyperfed_gru_backward_f(base, &p, &g)
        }
    }

    public static func stepBackwardTangent(
        _ cell: RecurrentCell, _ base: UnsafeMutablePointer<Float>, _ places: CellPlaces,
        _ tangents: CellPlaces, _ gradients: CellGradients, _ gradientTangents: CellGradients,
        rows: Int, width: Int
    ) {
        var p = places.inC(rows, width)
        var t = tangents.inC(rows, width)
        var g = gradients.inC
        var u = gradientTangents.inC
        switch cell {
        case .lstm: hyperfed_lstm_backward_tangent_f(base, &p, &t, &g, &u)
        case .gru: hyperfed_gru_backward_tangent_f(base, &p, &t, &g, &u)
        }
    }

    public static func embed(
        _ symbols: UnsafePointer<Float>, _ table: UnsafePointer<Float>,
        _ out: UnsafeMutablePointer<Float>, samples: Int, length: Int, width: Int
    ) {
        hyperfed_embed_f(symbols, table, out, samples, length, width)
    }

    public static func embedBackward(
        _ symbols: UnsafePointer<Float>, _ d: UnsafePointer<Float>,
        _ gradient: UnsafeMutablePointer<Float>, samples: Int, length: Int, width: Int,
        vocabulary: Int
    ) {
        hyperfed_embed_backward_f(
            symbols, d, gradient, samples, length, width, vocabulary)
    }
}

// swift-format-ignore: AllPublicDeclarationsHaveDocumentation
extension Double: RecurrentLoops {
    public static func step(
        _ cell: RecurrentCell, _ base: UnsafeMutablePointer<Double>, _ places: CellPlaces,
        rows: Int,
        width: Int
    ) {
        var p = places.inC(rows, width)
        switch cell {
        case .lstm: hyperfed_lstm_d(base, &p)
        case .gru: hyperfed_gru_d(base, &p)
        }
    }

    public static func stepTangent(
        _ cell: RecurrentCell, _ base: UnsafeMutablePointer<Double>, _ places: CellPlaces,
        _ tangents: CellPlaces, rows: Int, width: Int
    ) {
        var p = places.inC(rows, width)
        var t = tangents.inC(rows, width)
        switch cell {
        case .lstm: hyperfed_lstm_tangent_d(base, &p, &t)
        case .gru: hyperfed_gru_tangent_d(base, &p, &t)
        }
    }

    public static func stepBackward(
        _ cell: RecurrentCell, _ base: UnsafeMutablePointer<Double>, _ places: CellPlaces,
        _ gradients: CellGradients, rows: Int, width: Int
    ) {
        var p = places.inC(rows, width)
        var g = gradients.inC
        switch cell {
        case .lstm: hyperfed_lstm_backward_d(base, &p, &g)
        case .gru: hyperfed_gru_backward_d(base, &p, &g)
        }
    }

    public static func stepBackwardTangent(
        _ cell: RecurrentCell, _ base: UnsafeMutablePointer<Double>, _ places: CellPlaces,
        _ tangents: CellPlaces, _ gradients: CellGradients, _ gradientTangents: CellGradients,
        rows: Int, width: Int
    ) {
        var p = places.inC(rows, width)
        var t = tangents.inC(rows, width)
        var g = gradients.inC
        var u = gradientTangents.inC
        switch cell {
        case .lstm: hyperfed_lstm_backward_tangent_d(base, &p, &t, &g, &u)
        case .gru: hyperfed_gru_backward_tangent_d(base, &p, &t, &g, &u)
        }
    }

    public static func embed(
        _ symbols: UnsafePointer<Double>, _ table: UnsafePointer<Double>,
        _ out: UnsafeMutablePointer<Double>, samples: Int, length: Int, width: Int
    ) {
        hyperfed_embed_d(symbols, table, out, samples, length, width)
    }

    public static func embedBackward(
        _ symbols: UnsafePointer<Double>, _ d: UnsafePointer<Double>,
        _ gradient: UnsafeMutablePointer<Double>, samples: Int, length: Int, width: Int,
        vocabulary: Int
    ) {
        hyperfed_embed_backward_d(
            symbols, d, gradient, samples, length, width, vocabulary)
    }
}
