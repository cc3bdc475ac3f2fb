import EventFiles
import Simulation
import Testing

@Suite struct `Hyperparameters` {
    @Test(arguments: [
        ("0.05", Hyperparameter.Value.number(0.05)), ("1e-05", .number(1e-5)), ("-3", .number(-3)),
        ("9007199254740992", .number(0x1p53)), ("9007199254740994", .text("9007199254740994")),
        ("true", .flag(true)), ("false", .flag(false)), ("'1e3'", .text("'1e3'")),
        ("0x10", .text("0x10")), ("nan", .text("nan")), ("infinity", .text("infinity")),
        ("1e999", .text("1e999")), ("[200, 100]", .text("[200, 100]")), ("e", .text("e")),
        ("", .text("")),
    ])
    func `have the type of their value`(text: String, value: Hyperparameter.Value) {
        #expect(hyperparameterValue(text) == value)
    }
}
