import Testing

extension `House rules` {
    /// Names that were given up, each with the name that is used instead: no declaration has one.
    private static let oldNames = [
        "Carry": "CarryOver",
        "ClientsSection": "PopulationSection",
        "GradientPartners": "GradientProducts",
        "Happening": "CoordinatorEvent",
        "HypergradientStudy": "HypergradientAnalysis",
        "LocalProblem": "LocalObjective",
        "LocalSteps": "LocalOptimization",
        "Microscope": "HypergradientMeasurement",
        "NetworkProblem": "NetworkObjective",
        "ObservedProblem": "ObservedObjective",
        "Partners": "ProductVectors",
        "Place": "SettingLocation",
        "PlaceOptions": "InProcessOption",
        "RateWatch": "RateMonitor",
        "RateWatches": "RateMonitors",
        "RetraceableProblem": "ReplayableObjective",
        "ServerDecision": "RateDecision",
        "ServerStep": "UpdateAggregator",
        "ServerSteps": "ServerOptimization",
        "Slot": "VectorName",
        "Slots": "VectorBlock",
        "SlotsLayout": "BlockLayout",
        "Step": "StepContext",
        "TrainingPlan": "LocalTrainingSettings",
        "Word": "LocatedText",
        "advanceOwn": "updateClientVector",
        "advanceServer": "updateServerVector",
        "changedParameters": "countRateEvents",
        "hasMovement": "hasPreviousAggregate",
        "lrOnly": "ratesOnly",
        "needsPlainServer": "needsUnitServerStep",
        "objection": "incompatibility or problem",
        "objectionToMore": "overSelectionProblem",
        "ownChunkSums": "evaluateChunksLocally",
        "plainRate": "aggregateRate",
        "stepScheduler": "clientRule",
    ]

    @Test func `no declaration has an old name`() {
        for path in Self.everywhere {
            let code = Self.code(path)
            for (line, name) in code.declaredNames {
                guard let new = Self.oldNames[name] else { continue }
                Self.object(path, line, "the old name \(name); write \(new)")
            }
        }
    }

    @Test func `declared names are found`() {
        let code = SwiftCode("package func look(at x: Int) {}\nlet other = look(at: 2) // var look")
        #expect(code.declaredNames.map(\.name) == ["look", "other"])
        #expect(code.declaredNames.map(\.line) == [1, 2])
    }
}

extension SwiftCode {
    /// The names of all declarations, each with its line.
    fileprivate var declaredNames: [(line: Int, name: String)] {
        let kinds = /\b(?:func|var|let|case|struct|enum|class|protocol|typealias) (\w+)/
        return lines.enumerated().flatMap { index, line in
            line.matches(of: kinds).map { (index + 1, String($0.output.1)) }
        }
    }
}
