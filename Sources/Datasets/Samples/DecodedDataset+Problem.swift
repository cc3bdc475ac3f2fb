extension DecodedDataset {
    /// What keeps these numbers from being a data set, or nil.
    var problem: String? {
        let element = train.features.element
        guard DatasetHeader.isPossible(shape: sampleShape) else {
            return "samples of shape \(sampleShape)"
        }
        guard element == test.features.element else { return "two kinds of features" }
        guard DatasetHeader.isPossible(vocabulary: vocabulary ?? 0, of: element) else {
            return "a vocabulary of \(vocabulary ?? 0) for \(element)"
        }
        guard (1...DatasetHeader.maximumFeatures).contains(targetWidth) else {
            return "targets of \(targetWidth) numbers"
        }
        guard targetScale > 0, targetScale.isFinite, target == .numbers || targetScale == 1 else {
            return "targets divided by \(targetScale)"
        }
        if case .classes(let classes) = target,
            !(1...DatasetHeader.maximumClasses).contains(classes)
        {
            return "\(classes) classes"
        }
        if let classNames, classNames.count != classes {
            return "\(classNames.count) names for \(classes) classes"
        }
        return problem(of: train) ?? problem(of: test) ?? problemOfOwners
    }

    private func problem(of part: Samples) -> String? {
        let samples = part.targets.count / targetWidth
        guard part.targets.count == samples * targetWidth, samples <= Int(Int32.max),
            part.features.count == samples * sampleShape.reduce(1, *)
        else { return "\(part.features.count) numbers for \(part.targets.count) targets" }
        switch (part.targets, target) {
        case (.classes(let labels), .classes(let classes)):
            guard labels.allSatisfy({ $0 >= 0 && Int($0) < classes }) else {
                return "a label outside 0..<\(classes)"
            }
        case (.numbers(let numbers), .numbers):
            guard numbers.allSatisfy(\.isFinite) else { return "a target that is not finite" }
        default: return "targets of two kinds"
        }
        let areSymbolsInside =
            switch part.features {
            case .symbols(let symbols): symbols.allSatisfy { Int($0) < vocabulary ?? 0 }
            case .wideSymbols(let symbols):
                symbols.allSatisfy { $0 >= 0 && Int($0) < vocabulary ?? 0 }
            case .bytes, .floats: true
            }
        return areSymbolsInside ? nil : "a symbol outside 0..<\(vocabulary ?? 0)"
    }

    private var problemOfOwners: String? {
        guard let owners else { return nil }
        guard !owners.names.isEmpty, owners.names.count <= Int(Int32.max),
            owners.ofTrain.count == train.targets.count / targetWidth,
            owners.ofTrain.allSatisfy({ $0 >= 0 && Int($0) < owners.names.count })
        else { return "owners that don't fit the samples" }
        return nil
    }
}
