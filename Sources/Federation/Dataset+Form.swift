public import Datasets
public import Models

extension Dataset {
    /// The form of the samples, which models are made for.
    public var sampleForm: SampleForm {
        let target: SampleForm.Target =
            switch target {
            case .classes(let classes): .classes(classes, positions: targetWidth)
            case .numbers: .numbers(targetWidth)
            }
        return SampleForm(shape: sampleShape, vocabulary: vocabulary, target: target)
    }

    /// How many of the data's own units the unit of training is, where numbers are predicted.
    var numberScale: Double { 1 }
}
