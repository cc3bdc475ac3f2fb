package import LearningRates
package import Settings

/// The client rules of this room, one line each. `clientRules` contains them.
package let towerRules: [Rule<any ClientScheduler>] = [
    Rule(Tower.facts) { Tower($0) }
]

/// Creates the rule `tower` for the server step. The server keeps all its state, so the rule has
/// no key `carry`.
package func tower(forServer settings: Settings) -> any ClientScheduler {
    Tower(settings, carries: false)
}
