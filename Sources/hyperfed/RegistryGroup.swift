import ClientRules
import Datasets
import Federation
import LearningRates
import Models
import Scenarios
import ServerRules
import Settings
import TowerRules

/// One registry as `hyperfed list` shows it: the kinds that one key of the scenario can name.
struct RegistryGroup {
    let title: String
    /// The key paths whose values are these kinds.
    let paths: [String]
    /// The names of the group on the command line, beside the paths.
    let names: [String]
    let kinds: [Kind]

    /// One kind of a registry.
    struct Kind {
        let kind: String
        let summary: String
        let origin: String
        let cost: String
        let keys: [KeyDescription]
    }

    init<C>(
        _ title: String, at paths: [String], named names: [String], _ registered: [Registered<C>]
    ) {
        (self.title, self.paths) = (title, paths)
        self.names = names
        kinds = registered.map {
            Kind(
                kind: $0.kind, summary: $0.summary, origin: $0.origin, cost: $0.cost,
                keys: $0.keysOfAllForms)
        }
    }

    /// The words after `hyperfed list` that show this group.
    var words: [String] { names + paths.filter { !names.contains($0) } }

    /// The title with its key paths.
    var heading: String { "\(title) (\(paths.joined(separator: ", ")))" }

    /// All registries, in the order of the list.
    static var all: [RegistryGroup] {
        [
            RegistryGroup("models", at: ["model"], named: ["models"], models),
            RegistryGroup(
                "data sets", at: ["data.dataset"], named: ["datasets", "dataset"], dataSources),
            RegistryGroup("skews", at: ["data.skew"], named: ["skews", "skew"], skews),
            RegistryGroup("shifts", at: ["data.shift"], named: ["shifts", "shift"], shifts),
            RegistryGroup(
                "client optimizers", at: ["client.optimizer"],
                named: ["client-optimizers", "optimizers", "optimizer"], optimizers),
            RegistryGroup(
                "server optimizers", at: ["server.optimizer"],
                named: ["server-optimizers", "optimizers", "optimizer"], serverOptimizers),
            RegistryGroup(
                "client schedulers", at: ["client.scheduler"],
                named: ["client-schedulers", "schedulers", "scheduler"], clientSchedulers),
            RegistryGroup(
                "levels of a tower", at: ["client.scheduler.levels", "server.scheduler.levels"],
                named: ["levels"], towerLevels),
            RegistryGroup(
                "cohort samplings", at: ["clients.sampling"], named: ["samplings", "sampling"],
                cohortSamplings()),
            RegistryGroup(
                "server schedulers", at: ["server.scheduler"],
                named: ["server-schedulers", "schedulers", "scheduler"], serverSchedulers),
            RegistryGroup(
                "classes of devices", at: ["clients.devices.classes"], named: ["device-classes"],
                deviceClasses),
            RegistryGroup(
                "availability of clients", at: ["clients.availability"], named: ["availability"],
                availabilities),
            RegistryGroup(
                "modes of rounds", at: ["training.mode"], named: ["modes", "mode"], roundModes()),
            RegistryGroup(
                "staleness weights", at: ["training.mode.staleness"],
                named: ["staleness-weights", "staleness"], stalenessWeights),
            RegistryGroup(
                "drift corrections", at: ["training.correction"],
                named: ["corrections", "correction"], driftCorrections),
            RegistryGroup(
                "compressions of updates", at: ["client.compression"],
                named: ["compressions", "compression"], updateCompressions),
            RegistryGroup(
                "compressions of the model", at: ["server.compression"],
                named: ["compressions", "compression"], modelCompressions),
        ]
    }
}
