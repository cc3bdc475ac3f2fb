public import Federation

/// The columns of class_evaluations.csv: a row for each class and evaluated round.
public let classEvaluationColumns: [Column<ClassEvaluation>] = [
    Column("round", "round, from 0; the model is the one after it") { .integer(Int($0.round)) },
    Column("class", "class, from 0: the number of its output") { .integer($0.label) },
    Column("name", "name of the class; its number if the data have no names") {
        .text($0.name ?? "\($0.label)")
    },
    Column("samples", "test predictions whose label is the class") {
        .integer($0.recall.samples)
    },
    Column("hits", "those of them that the global model predicts as the class") {
        .integer($0.recall.hits)
    },
    Column("recall", "hits divided by samples, 0 to 1: the accuracy in this class") {
        Cell($0.recall.value)
    },
]
