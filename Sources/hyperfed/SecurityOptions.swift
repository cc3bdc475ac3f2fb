import ArgumentParser
import Simulation

/// The keys of a coordinator whose client processes the user starts.
struct SecurityOptions: ParsableArguments {
    @Option(help: "The secret key file of this coordinator (default: a key for this run).")
    var key: String?

    @Option(help: "With --key: the list of clients that may connect ('hyperfed keys authorise').")
    var allow: String?

    @Flag(help: "Without keys: any process of this machine can connect over tcp.")
    var insecure = false

    /// Returns the protection of connections over tcp, as the options say.
    func security() throws -> RunSecurity {
        if insecure {
            if key != nil || allow != nil {
                throw UsageError(
                    "--insecure: expected no keys, found --key or --allow; leave one out")
            }
            return .none
        }
        switch (key, allow) {
        case (nil, nil): return .keysOfRun
        case (let key?, let list?):
            return .keys(try KeyFiles.secret(key).pair, try AllowListFile(list).accepted)
        case (_?, nil):
            throw UsageError(
                "--allow: expected a list of client keys with --key, found none; make one with"
                    + " 'hyperfed keys authorise'")
        case (nil, _?):
            throw UsageError(
                "--key: expected the coordinator's secret key file with --allow, found none; make"
                    + " one with 'hyperfed keys new'")
        }
    }

    /// The options of a client in addition to its endpoint; nil if the run makes its keys.
    var clientOptions: String? {
        if insecure { return "--insecure" }
        return key == nil ? nil : "--key CLIENT.secret --server-key COORDINATOR.public"
    }

    /// Throws a usage error if an option is used; `needed` is the option that these belong to.
    func refuse(without needed: String) throws {
        guard
            let used = key != nil
                ? "--key" : allow != nil ? "--allow" : insecure ? "--insecure" : nil
        else { return }
        throw UsageError("\(used): expected it with \(needed), found none; leave it out")
    }
}
