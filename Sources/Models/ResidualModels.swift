import LinearAlgebra
import Settings

/// Makes a residual network for small images (He et al. 2015, arXiv 1512.03385) with group
/// normalization.
///
/// A depth of 6 n + 2 is the form of section 4.2: three stages of n blocks with 16, 32 and 64
/// channels; with n = 3 it has 272,474 parameters for 32 x 32 x 3 images and 10 classes. A depth of
/// 18 or 34 is the form for ImageNet: four stages with 64 to 512 channels. The stem of both is one
/// 3 x 3 convolution of stride 1 without pooling, as usual for images of 32 x 32.
///
/// Names are those of torchvision's `ResNet`; a convolution has no bias, since the shift of the
/// normalization after it is one.
func residualNetwork(_ settings: Settings) -> ModelRecipe {
    let given = settings.integers(
        "blocks", default: [], in: .between(1, 1000),
        "residual blocks of each stage, in place of those of the depth; [] = as the depth has them")
    let blocks = given.isEmpty ? standardBlocks(settings.depth()) : given
    // A variant may set the blocks where the scenario has a depth.
    if !given.isEmpty, settings.isGiven("depth") { _ = settings.depth() }
    if blocks.count > 8 {
        settings.reject(
            "blocks", expected: "1 to 8 stages", found: "\(blocks.count)", advice: "use fewer")
    }
    let width = settings.integer(
        "width", default: given.isEmpty && blocks.count == 4 ? 64 : 16, in: .between(1, 1024),
        "channels of the first stage; each further stage has twice as many")
    let groups = settings.integer(
        "group_norm", default: 2, in: .between(1, 65_536),
        "groups of the normalization after each convolution; 1 = layer normalization")
    let recipe = ResidualRecipe(blocks: blocks, width: width, groups: groups)
    let shape =
        given.isEmpty
        ? "\(depth(of: blocks))"
        : "blocks " + given.map(String.init).joined(separator: "-")
    return ModelRecipe("resnet \(shape), width \(width), group_norm \(groups)") {
        form throws(ModelError) in try recipe.network(for: form)
    }
}

extension Settings {
    fileprivate func depth() -> Int {
        let depth = integer(
            "depth", default: 8, in: .between(4, 1202),
            "layers with weights: 6 n + 2 (8, 14, 20, 32, ...) for 3 stages, or 18 or 34 for 4")
        if Models.depth(of: standardBlocks(depth)) != depth {
            reject(
                "depth", expected: "6 n + 2 (8, 14, 20, 26, 32, ...), 18 or 34",
                found: "\(depth)", advice: "use 8 or 20")
        }
        return depth
    }
}

/// Returns the layers with weights: two in each block, the stem and the last one.
private func depth(of blocks: [Int]) -> Int { 2 * blocks.reduce(0, +) + 2 }

/// Returns the blocks of each stage at a depth.
private func standardBlocks(_ depth: Int) -> [Int] {
    switch depth {
    case 18: [2, 2, 2, 2]
    case 34: [3, 4, 6, 3]
    default: Array(repeating: max(1, (depth - 2) / 6), count: 3)
    }
}

private struct ResidualRecipe {
    let blocks: [Int]
    let width: Int
    let groups: Int

    func network(for form: SampleForm) throws(ModelError) -> Network {
        let (outputs, loss) = try form.outputs(for: "resnet")
        var image = try form.image(for: "resnet")
        guard width % groups == 0 else {
            throw ModelError(
                "expected a group_norm that divides \(width) channels into equal groups, found"
                    + " \(groups); set group_norm to a divisor of \(width), such as 1")
        }
        // Later stages have more numbers in a group, or more than one place.
        try checkGroups(image.places * (width / groups))
        let stem = convolution(&image, width, kernel: 3, stride: 1)
        var layers: [any Layer] = [stem, norm(image)]
        var names = ["conv1", "bn1"]
        for (stage, count) in blocks.enumerated() {
            for index in 0..<count {
                let stride = index == 0 && stage > 0 ? 2 : 1
                layers.append(block(&image, width << stage, stride: stride))
                names.append("layer\(stage + 1).\(index)")
            }
        }
        layers.append(
            AveragePool(
                shape: AveragePoolShape(
                    height: image.height, width: image.width, channels: image.channels,
                    rows: image.height, columns: image.width)))
        layers.append(
            Dense(width: image.channels, units: outputs, initialization: .glorot))
        return Network(layers, names: names + ["avgpool", "fc"], loss: loss)
    }

    /// Returns a basic block: two 3 x 3 convolutions, and a projection where the shape changes.
    private func block(_ image: inout ImageSize, _ filters: Int, stride: Int) -> Residual {
        var input = image
        let first = convolution(&image, filters, kernel: 3, stride: stride)
        let firstNorm = norm(image)
        let second = convolution(&image, filters, kernel: 3, stride: 1)
        let rest: [Residual.Named] = [("bn1", firstNorm), ("conv2", second)]
        if stride == 1 && input.channels == filters {
            return Residual(first: ("conv1", first), rest: rest, norm: ("bn2", norm(image)))
        }
        let projection = convolution(&input, filters, kernel: 1, stride: stride)
        return Residual(
            first: ("conv1", first), rest: rest, norm: ("bn2", norm(image)),
            projection: ("downsample.0", projection),
            others: [("downsample.1", norm(image, rectifies: false))])
    }

    private func convolution(
        _ image: inout ImageSize, _ filters: Int, kernel: Int, stride: Int
    ) -> Convolution {
        let zeros = kernel / 2
        let shape = ConvolutionShape(
            height: image.height, width: image.width, channels: image.channels, filters: filters,
            kernel: kernel, before: zeros, after: zeros, stride: stride)
        image = ImageSize(height: shape.outputHeight, width: shape.outputWidth, channels: filters)
        return Convolution(shape: shape, initialization: .he, hasBias: false)
    }

    private func norm(_ image: ImageSize, rectifies: Bool = true) -> GroupNorm {
        GroupNorm(
            shape: GroupNormShape(
                pixels: image.places, channels: image.channels, groups: groups,
                rectifies: rectifies))
    }
}
