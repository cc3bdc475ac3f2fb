public import Datasets
public import Models

extension Dataset {
    /// The form of the samples, for which a model is made.
    public var sampleForm: SampleForm {
        let target: SampleForm.Target =
            switch target {
            case .classes(let classes): .classes(classes, positions: targetWidth)
            case .numbers: .numbers(targetWidth)
            }
        return SampleForm(shape: sampleShape, vocabulary: vocabulary, target: target)
    }
}
