import Settings

/// Fashion-MNIST: 60,000 training and 10,000 test images of 28 x 28 grey pixels, 10 classes.
///
/// Four IDX files, packed with gzip or not. Pixels are kept as bytes and count 1/255 each.
///
/// - Source: Xiao, Rasul, Vollgraf 2017, arXiv 1708.07747; Debian package dataset-fashion-mnist.
package struct FashionMNIST: IDXSource {
    package static let algorithm = Algorithm("fashion_mnist", revision: 1)
    let images: IDXFolder

    init(_ settings: Settings) {
        self.init(
            folder: settings.filePath(
                "folder", default: "/usr/share/datasets/fashion-mnist",
                "folder of the four IDX files"))
    }

    package init(folder: String) {
        images = IDXFolder(
            name: "Fashion-MNIST", folder: folder,
            remedy: "install it with 'apt-get install dataset-fashion-mnist', or name the folder "
                + "of its four IDX files in data.dataset.folder",
            classNames: [
                "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker",
                "Bag", "Ankle boot",
            ])
    }
}
