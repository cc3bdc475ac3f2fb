import Settings

/// The sizes that the images of a folder have before they get one size.
struct ImageSizes {
    private var first: (picture: Size, file: String)?
    /// The first image whose size is not that of the first one.
    private var other: (picture: Size, file: String)?

    private struct Size: Equatable {
        let height: Int
        let width: Int

        var text: String { "\(height.grouped) x \(width.grouped)" }
    }

    /// Adds the size of an image of this file.
    mutating func add(_ picture: Picture, _ file: String) {
        let size = Size(height: picture.height, width: picture.width)
        guard let first else {
            first = (size, file)
            return
        }
        if other == nil, size != first.picture { other = (size, file) }
    }

    /// Says from which sizes images were brought to one size; nothing if all have it.
    func notes(_ folder: String, height: Int, width: Int) -> [DataNote] {
        let target = Size(height: height, width: width)
        guard let first, other != nil || first.picture != target else { return [] }
        let sizes =
            other.map {
                "\(first.file) has \(first.picture.text) pixels (height x width), \($0.file) has "
                    + "\($0.picture.text)"
            } ?? "all images have \(first.picture.text) pixels (height x width)"
        return [
            DataNote(
                "sizes", folder,
                "\(sizes); all are resized to \(target.text), without regard to their form "
                    + "(data.dataset.size)", severity: .information)
        ]
    }
}
