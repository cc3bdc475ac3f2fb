/// One row of a registry: the kind that a file names, and how to make it from its settings.
///
///     let schedulers: [Registered<any ServerScheduler>] = [
///         Registered("constant", "keeps the global rate", Constant.init),
///     ]
public struct Registered<Component>: Sendable {
    /// The word after `kind:`.
    public let kind: String
    /// What it does, in a few words, for `hyperfed list`.
    public let summary: String
    /// Reads the component's own keys and makes it.
    public let make: @Sendable (Settings) -> Component

    /// Registers `make` under `kind`.
    public init(
        _ kind: String, _ summary: String, _ make: @escaping @Sendable (Settings) -> Component
    ) {
        (self.kind, self.summary, self.make) = (kind, summary, make)
    }

    /// The keys that this kind reads, in reading order; paths start at the component.
    public var keys: [KeyDescription] {
        describe { settings in _ = make(settings) }
    }

    /// `keys` with what takes them away, then those that other words for a key bring with them.
    public var keysOfAllForms: [KeyDescription] {
        describeWithConditions { settings in _ = make(settings) }
    }
}
