package import LearningRates
package import Settings

/// Creates the rule `hypergradient` for the server step. The server keeps all its state, so the
/// rule has no key `carry`.
package func hypergradient(forServer settings: Settings) -> any ClientScheduler {
    Hypergradient(settings, carries: false)
}

/// Creates the rule `tower` for the server step. The server keeps all its state, so the rule has
/// no key `carry`.
package func tower(forServer settings: Settings) -> any ClientScheduler {
    Tower(settings, carries: false)
}
