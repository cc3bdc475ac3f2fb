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

/// Blocks of convolution, group normalization, max-pooling and activation, then dense layers.
///
/// The activation follows the pooling: as it never falls, it and the maximum can change places, and
/// there are fewer numbers to apply it to.
private struct ConvolutionalRecipe {
    let kind: String
    let filters: [Int]
    let kernel: Int
    let isPadded: Bool
    let pool: Int
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
        isPadded = settings.choice(
            "padding", of: ["same": true, "valid": false], default: padding,
            "zeros around the images so that convolutions keep their size (same), or none (valid)")
        pool = settings.integer(
            "pool", default: 2, in: .between(1, 255),
            "height and width of the max-pooling after each convolution; 1 = none")
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
            "\(kind) \(widths)", activation == .relu ? nil : activation.rawValue,
            groups == 0 ? nil : "group_norm \(groups)",
        ]
        return ModelRecipe(parts.compactMap { $0 }.joined(separator: " ")) {
            form throws(ModelError) in
            try network(for: form)
        }
    }

    private func network(for form: SampleForm) throws(ModelError) -> Network {
        let (outputs, loss) = try form.outputs(for: kind)
        guard form.shape.count == 3 else {
            throw ModelError(
                "expected images (height, width, channels) for \(kind), found samples of the shape"
                    + " \(form.shape); use mlp")
        }
        var image = Image(height: form.shape[0], width: form.shape[1], channels: form.shape[2])
        var layers: [any Layer] = []
        for count in filters { try appendBlock(count, to: &layers, &image) }
        var width = image.height * image.width * image.channels
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

    private struct Image {
        var height: Int, width: Int, channels: Int
    }

    private var initialization: Initialization { Initialization(before: activation) }

    private func appendBlock(
        _ count: Int, to layers: inout [any Layer], _ image: inout Image
    ) throws(ModelError) {
        // As PyTorch's "same" does it: of an odd number of zeros, the last is after the image.
        let before = isPadded ? (kernel - 1) / 2 : 0
        let after = isPadded ? kernel - 1 - before : 0
        try check(image, fits: kernel - before - after, "kernel: \(kernel)")
        let shape = ConvolutionShape(
            height: image.height, width: image.width, channels: image.channels, filters: count,
            kernel: kernel, before: before, after: after)
        layers.append(Convolution(shape: shape, initialization: initialization))
        image = Image(height: shape.outputHeight, width: shape.outputWidth, channels: count)
        if groups > 0 {
            guard count % groups == 0 else {
                throw ModelError(
                    "expected a group_norm that divides \(count) filters into equal groups, found"
                        + " \(groups); use a divisor of \(count)")
            }
            layers.append(
                GroupNorm(
                    shape: GroupNormShape(
                        pixels: image.height * image.width, channels: count, groups: groups)))
        }
        if pool > 1 {
            try check(image, fits: pool, "pool: \(pool)")
            layers.append(
                MaxPool(
                    shape: PoolShape(
                        height: image.height, width: image.width, channels: count, size: pool)))
            (image.height, image.width) = (image.height / pool, image.width / pool)
        }
        layers.append(
            ElementWise(f: activation, width: image.height * image.width * count))
    }

    private func check(_ image: Image, fits size: Int, _ what: String) throws(ModelError) {
        if min(image.height, image.width) < size {
            throw ModelError(
                "expected an image of at least \(size) x \(size) for \(what), found"
                    + " \(image.height) x \(image.width) at that layer; use fewer filters in the"
                    + " list, a smaller kernel or pool" + (isPadded ? "" : ", or padding: same"))
        }
    }
}
