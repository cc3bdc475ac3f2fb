/// One row of a registry: a kind, and the function that makes the component from its settings.
///
///     let schedulers: [Registered<any ServerScheduler>] = [
///         Registered("constant", "keeps the global rate", Constant.init),
///     ]
public struct Registered<Component>: Sendable {
    /// The word after `kind:`.
    public let kind: String
    /// The summary in a few words, for `hyperfed list`.
    public let summary: String
    /// Whose procedure this kind is, and what other tools call it; empty if the list does not say.
    public let origin: String
    /// What this kind costs at a million clients; empty if the list does not say.
    public let cost: String
    /// Reads the keys of the component and makes it.
    public let make: @Sendable (Settings) -> Component

    /// Makes a row of a registry.
    public init(
        _ kind: String, _ summary: String, origin: String = "", cost: String = "",
        _ make: @escaping @Sendable (Settings) -> Component
    ) {
        (self.kind, self.summary, self.origin, self.make) = (kind, summary, origin, make)
        self.cost = cost
    }

    /// The keys that this kind reads, in reading order; paths start at the component.
    public var keys: [KeyDescription] {
        describe { settings in _ = make(settings) }
    }

    /// All keys of this kind: `keys`, each with the condition under which it does not exist. After
    /// them follow the keys that exist only with other words, such as another `form`.
    public var keysOfAllForms: [KeyDescription] {
        describeWithConditions { settings in _ = make(settings) }
    }
}
