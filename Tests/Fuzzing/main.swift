// The program of `make fuzz`: libFuzzer around one reader. See Documentation/Fuzzing.md.
import Foundation
import FuzzTargets

typealias TestInput = @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
typealias Arguments = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>

/// The driver of libFuzzer, from the compiler's own library.
@_silgen_name("LLVMFuzzerRunDriver")
func runDriver(
    _ count: UnsafeMutablePointer<CInt>, _ arguments: UnsafeMutablePointer<Arguments>,
    _ test: TestInput
) -> CInt

/// The reader that the first argument names. A C function can use it, since it is no local value.
enum Chosen {
    static let name = CommandLine.arguments.dropFirst().first ?? ""
    static let target = Result { try FuzzTarget.named(name) }
}

guard let target = try Chosen.target.get() else {
    let names = FuzzTarget.names.joined(separator: " ")
    print(Chosen.name == "list" ? names : "expected one of \(names), found '\(Chosen.name)'")
    exit(Chosen.name == "list" ? 0 : 2)
}
// The second argument is the folder of inputs. Good inputs are written into it.
var isFolder: ObjCBool = false
if let folder = CommandLine.arguments.dropFirst(2).first,
    FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder), isFolder.boolValue
{
    for (index, seed) in target.seeds.enumerated() {
        try Data(seed).write(to: URL(fileURLWithPath: "\(folder)/seed-\(index)"))
    }
}
// A run of hyperfed has handlers of its own; libFuzzer keeps those that it finds.
for number in [SIGALRM, SIGINT, SIGTERM, SIGHUP] { signal(number, SIG_DFL) }
var count = CommandLine.argc - 1
var arguments = CommandLine.unsafeArgv + 1
exit(
    runDriver(&count, &arguments) { start, count in
        let input = Array(UnsafeBufferPointer(start: start, count: count))
        _ = try? Chosen.target.get()?.accepts(input)
        return 0
    })
