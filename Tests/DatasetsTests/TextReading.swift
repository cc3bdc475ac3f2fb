import Datasets
import TestSupport

extension TextFiles.Reading {
    func decoded() throws -> DecodedDataset { try TextFiles(self).decode(seed: 0) }

    /// The error of these texts, with FOLDER in the place of the path.
    func message(in folder: TemporaryFolder) -> String {
        do {
            _ = try decoded()
            return "no error"
        } catch {
            return "\(error)".replacing(folder.path, with: "FOLDER")
        }
    }
}
