import LinearAlgebra
import Settings

/// Makes the convolutional network of McMahan et al. 2017 (arXiv 1602.05629). For 28 x 28 images it
/// has 1,663,370 parameters.
func convolutionalNetwork(_ settings: Settings) -> ModelRecipe {
    ConvolutionalRecipe(
        "cnn", settings, filters: [32, 64], padding: "same", hidden: [512]
    ).recipe
}

/// Makes LeNet-5 in the form used for CIFAR-10 (LeCun et al. 1998, with max-pooling and ReLU). It
/// has 62,006 parameters on 32 x 32 x 3 images and 10 classes.
func leNet(_ settings: Settings) -> ModelRecipe {
    ConvolutionalRecipe(
        "lenet", settings, filters: [6, 16], padding: "valid", hidden: [120, 84]
    ).recipe
}

/// Blocks of convolution, group normalization, activation and pooling, then dense layers.
///
/// The activation follows max-pooling: as it never falls, it and the maximum can change places, and
/// there are fewer numbers to apply it to.
private struct ConvolutionalRecipe {
    let kind: String
    let filters: [Int]
    let kernel: Int
    let stride: Int
    let padding: Padding
    let pool: Int
    let isAverage: Bool
    let hidden: [Int]
    let activation: Activation
    let groups: Int

    init(
        _ kind: String, _ settings: Settings, filters: [Int], padding: String, hidden: [Int]
    ) {
        self.kind = kind
        self.filters = settings.integers(
            "filters", default: filters, in: .between(1, 65_536),
            "channels after each convolution; one convolution each")
        kernel = settings.integer(
            "kernel", default: 5, in: .between(1, 255), "height and width of the filters")
        stride = settings.integer(
            "stride", default: 1, in: .between(1, 255),
            "rows and columns between neighbouring outputs of a convolution")
        self.padding = settings.choiceOrInteger(
            "padding", of: ["same": .same, "valid": .zeros(0)], default: padding,
            integer: Padding.zeros, in: .between(0, 255),
            "zeros around the images: kernel - 1 in all, so that sizes stay or are divided by the"
                + " stride and rounded up (same), none (valid), or this number on each side")
        pool = settings.integer(
            "pool", default: 2, in: .between(1, 255),
            "height and width of the pooling after each convolution; 1 = none")
        isAverage = settings.choice(
            "pooling", of: ["max": false, "average": true], default: "max",
            "what pooling takes of a window: its largest number, or its mean")
        self.hidden = settings.integers(
            "hidden", default: hidden, in: .between(1, 1_000_000),
            "widths of the dense layers before the last")
        activation = settings.activation("the function after each convolution and hidden layer")
        groups = settings.integer(
            "group_norm", default: 0, in: .between(0, 65_536),
            "groups of the normalization after each convolution; 0 = none")
    }

    var recipe: ModelRecipe {
        let widths = (filters + hidden).map(String.init).joined(separator: "-")
        let parts = [
            widths.isEmpty ? kind : "\(kind) \(widths)",
            activation == .relu ? nil : activation.rawValue,
            stride == 1 ? nil : "stride \(stride)", isAverage ? "average pooling" : nil,
            groups == 0 ? nil : "group_norm \(groups)",
        ]
        return ModelRecipe(parts.compactMap { $0 }.joined(separator: " ")) {
            form throws(ModelError) in
            try network(for: form)
        }
    }

    private func network(for form: SampleForm) throws(ModelError) -> Network {
        let (outputs, loss) = try form.outputs(for: kind)
        var image = try form.image(for: kind)
        var layers: [any Layer] = []
        for count in filters { try appendBlock(count, to: &layers, &image) }
        var width = image.places * image.channels
        for (index, next) in (hidden + [outputs]).enumerated() {
            let isLast = index == hidden.count
            layers.append(
                Dense(
                    width: width, units: next, initialization: isLast ? .glorot : initialization,
                    image: index == 0 ? [image.height, image.width, image.channels] : nil))
            if !isLast { layers.append(ElementWise(f: activation, width: next)) }
            width = next
        }
        return Network(layers, loss: loss)
    }

    private var initialization: Initialization { Initialization(before: activation) }

    private func appendBlock(
        _ count: Int, to layers: inout [any Layer], _ image: inout ImageSize
    ) throws(ModelError) {
        let (before, after) = padding.zeros(around: kernel)
        try check(image, fits: kernel - before - after, "kernel: \(kernel)")
        let shape = ConvolutionShape(
            height: image.height, width: image.width, channels: image.channels, filters: count,
            kernel: kernel, before: before, after: after, stride: stride)
        layers.append(Convolution(shape: shape, initialization: initialization))
        image = ImageSize(height: shape.outputHeight, width: shape.outputWidth, channels: count)
        if groups > 0 {
            guard count % groups == 0 else {
                throw ModelError(
                    "expected a group_norm that divides \(count) filters into equal groups, found"
                        + " \(groups); use a divisor of \(count)")
            }
            try checkGroups(image.places * (count / groups))
            layers.append(
                GroupNorm(
                    shape: GroupNormShape(
                        pixels: image.places, channels: count, groups: groups)))
        }
        // A mean and the activation cannot change places.
        if isAverage { appendActivation(to: &layers, image) }
        if pool > 1 {
            try check(image, fits: pool, "pool: \(pool)")
            layers.append(pooling(image))
            (image.height, image.width) = (image.height / pool, image.width / pool)
        }
        if !isAverage { appendActivation(to: &layers, image) }
    }

    private func appendActivation(to layers: inout [any Layer], _ image: ImageSize) {
        layers.append(
            ElementWise(f: activation, width: image.places * image.channels))
    }

    private func pooling(_ image: ImageSize) -> any Layer {
        if isAverage {
            AveragePool(
                shape: AveragePoolShape(
                    height: image.height, width: image.width, channels: image.channels, rows: pool,
                    columns: pool))
        } else {
            MaxPool(
                shape: PoolShape(
                    height: image.height, width: image.width, channels: image.channels, size: pool))
        }
    }

    private func check(_ image: ImageSize, fits size: Int, _ what: String) throws(ModelError) {
        if min(image.height, image.width) < size {
            throw ModelError(
                "expected an image of at least \(size) x \(size) for \(what), found"
                    + " \(image.height) x \(image.width) at that layer; use fewer filters in the"
                    + " list, a smaller kernel, stride or pool"
                    + (padding == .zeros(0) ? ", or padding: same" : ""))
        }
    }
}

/// The zeros around the images of a convolution.
private enum Padding: Equatable {
    /// kernel − 1 rows and columns, so that the size stays. As in PyTorch's "same", the last of an
    /// odd number is after the image. With a stride, the same windows are computed and every
    /// stride-th is kept: sizes are divided by it and rounded up. PyTorch refuses that, and
    /// `padding=(kernel - 1) // 2` there gives the same for odd kernels.
    case same
    /// This number on each side.
    case zeros(Int)

    func zeros(around kernel: Int) -> (before: Int, after: Int) {
        switch self {
        case .same: ((kernel - 1) / 2, kernel - 1 - (kernel - 1) / 2)
        case .zeros(let count): (count, count)
        }
    }
}
