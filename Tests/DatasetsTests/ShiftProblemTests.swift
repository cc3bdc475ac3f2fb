import Datasets
import Settings
import Testing

/// What a shift says of data and clients that it does not suit.
@Suite struct `Shifts that do not fit` {
    private func problem(
        _ shift: any Shift, _ form: ShiftedForm, clients: Int = 4
    ) -> String? {
        shift.problem(with: form, clients: clients).map {
            ($0.key.isEmpty ? "" : "\($0.key): ") + $0.text
        }
    }

    private static let image = ShiftedForm(shape: [28, 28, 1], classes: 10)
    private static let rows = ShiftedForm(shape: [20], classes: 10)
    private static let regression = ShiftedForm(shape: [20], classes: 0)
    private static let text = ShiftedForm(
        shape: [80], classes: 80, targetWidth: 80, hasSymbols: true)

    private static let all: [(kind: String, shift: any Shift)] = shifts.map { entry in
        var made: (any Shift)?
        _ = describe { made = entry.make($0) }
        return (entry.kind, made ?? NoiseShift(sigma: 1))
    }

    @Test func `every kind suits images with classes`() {
        for (kind, shift) in Self.all { #expect(problem(shift, Self.image) == nil, "\(kind)") }
    }

    @Test func `shifts of features need numbers, and some need images`() {
        for (kind, shift) in Self.all where type(of: shift).stage == .features {
            #expect(
                problem(shift, Self.text)
                    == "expected samples of numbers for \(kind), found sequences of symbols; leave"
                    + " it out; label shifts and quantity need no features")
            let needsImage = kind == "rotation" || kind == "brightness"
            #expect(
                problem(shift, Self.regression)
                    == (needsImage
                        ? "expected images (height, width, channels) for \(kind), found samples of"
                            + " shape [20]; leave it out or use data with images" : nil))
        }
        #expect(problem(NoiseShift(sigma: 1, mode: .space), Self.rows) != nil)
    }

    @Test func `shifts of labels need one class each`() {
        for (kind, shift) in Self.all where type(of: shift).stage == .labels {
            #expect(
                problem(shift, Self.regression)
                    == "expected samples with a class for \(kind), found targets that are numbers;"
                    + " leave it out or use data with classes")
            #expect(
                problem(shift, Self.text)
                    == "expected samples with one class each for \(kind), found text, whose labels"
                    + " are its own characters; leave it out")
            #expect(
                problem(shift, ShiftedForm(shape: [2], classes: 1))
                    == "expected 2 classes or more for \(kind), found 1; leave it out")
        }
    }

    @Test func `quantity suits all data`() throws {
        let power = try shift("quantity, law: power")
        #expect(problem(power, Self.text) == nil && problem(power, Self.regression) == nil)
        #expect(
            try problem(shift("quantity, law: sizes, sizes: [1, 2]"), Self.rows)
                == "sizes: expected a number for each of 4 clients, found 2; list one number for"
                + " each client")
    }

    @Test func `a group without a client is refused`() {
        let more =
            "expected at most 4 groups, one client each, found 5 groups, of which 1 without"
            + " a client; use fewer groups or more clients"
        for shift in [
            RotationShift(groups: 5), PermutationShift(groups: 5),
        ] as [any Shift] {
            #expect(problem(shift, Self.image) == "groups: \(more)")
            #expect(problem(shift, Self.image, clients: 5) == nil)
        }
        #expect(
            problem(ConceptShift(shifts: [0, 1, 2, 3, 4]), Self.image) == "shifts: \(more)")
        #expect(
            problem(LabelNoiseShift(flip: .pair, rate: 0.1, share: 0.2), Self.image)
                == "clients: expected a share that is 1 client or more of 4, found 0.2, which is"
                + " none; raise it, or leave label_noise out")
        #expect(
            problem(LabelNoiseShift(flip: .pair, rate: 0.1, share: 0.25), Self.image) == nil)
    }

    @Test func `images have to suit a turn and a grid`() {
        let wide = ShiftedForm(shape: [2, 3, 1], classes: 10)
        #expect(
            problem(RotationShift(groups: 4), wide)
                == "groups: expected 2 groups (turns by 180 degrees) for images that are not square,"
                + " found 4 groups and images of 2 x 3 pixels; use groups: 2")
        #expect(problem(RotationShift(groups: 2), wide) == nil)
        #expect(
            problem(NoiseShift(sigma: 1, mode: .space), wide, clients: 5)
                == "mode: expected a cell of at least one pixel for each of 5 clients, found images"
                + " of 2 x 3 pixels for 3 x 3 cells; use mode: levels or fewer clients")
        #expect(problem(NoiseShift(sigma: 1, mode: .space), wide, clients: 4) == nil)
        #expect(
            problem(PermutationShift(groups: 2), ShiftedForm(shape: [1], classes: 2))
                == "expected samples of 2 pixels or features or more, found one; leave it out")
    }

    @Test func `classes of a concept have to exist, and maps are whole`() {
        #expect(
            problem(ConceptShift(swaps: [[], [2, 10]]), Self.rows)
                == "swaps: expected classes from 0 to 9, found 10")
        #expect(
            problem(ConceptShift(maps: [[0, 1], [1, 0]]), Self.rows)
                == "maps: expected 10 classes for each group, found 2 for group 0; write the new"
                + " class of each class, in the order of the classes")
    }

    @Test func `pixels beyond 0 to 1 are refused by brightness, with its place in the list`() throws
    {
        var data = ShiftedData(shape: [2, 2, 1], sizes: [1, 1])
        data.features = .floats([0, 0.5, 1, 1.5, 0, 0, 0, 0])
        let brightness = BrightnessShift(contrast: 1...1, brightness: 0...0)
        #expect {
            _ = try data.made([NoiseShift(sigma: 0), brightness])
        } throws: { error in
            let failure = error as? ShiftedSource.Failure
            return failure?.index == 1
                && failure?.problem.text
                    == "expected pixels from 0 to 1 for brightness, found 1.5; put brightness before"
                    + " noise, or leave it out"
        }
    }
}
