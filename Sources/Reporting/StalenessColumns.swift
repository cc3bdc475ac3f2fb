import Federation

/// The columns of rounds.csv that exist only if updates can start from older models.
let stalenessColumns: [Column<RoundRecord>] = [
    Column(
        "staleness_mean",
        "mean over participants of the server steps since they started; only with async and"
            + " semi_sync"
    ) { Cell($0.staleness?.mean) },
    Column(
        "staleness_max",
        "largest number of server steps since a participant started; only with async and semi_sync"
    ) { .optionalInteger($0.staleness.map { Int($0.largest) }) },
    Column(
        "oldest_version",
        "oldest model that a participant started from, as the number of rounds that made it; only"
            + " with async and semi_sync"
    ) { row in .optionalInteger(row.staleness.map { Int(row.round) - Int($0.largest) }) },
    Column(
        "model_versions",
        "models that the participants started from; only with async and semi_sync"
    ) { .optionalInteger($0.staleness?.versions) },
]
