import Datasets
import Testing

@Suite struct `Traces of availability` {
    private func trace(_ text: String, clients: Int = 3, period: Double? = nil) throws
        -> AvailabilityTrace
    {
        let folder = try TemporaryFolder()
        let path = try folder.write("trace.csv", Array(text.utf8))
        return try AvailabilityTrace(path: path, clients: clients, period: period)
    }

    private static let text = "client,from,to\n1,0,5\n0,10,20\n2,3,4\n0,30,31.5\n"

    @Test(arguments: [
        text, "1,0,5\n0,10,20\n2,3,4\n0,30,31.5\n",
        "to,client,from\n5,1,0\n"
            + "20,0,10\n4,2,3\n31.5,0,30\n",
    ])
    func `give the first window that ends after a time`(text: String) throws {
        let trace = try trace(text)
        func window(_ client: UInt32, _ time: Double) -> [Double] {
            trace.window(of: client, endingAfter: time).map { [$0.from, $0.to] } ?? []
        }
        #expect(window(0, 0) == [10, 20] && window(0, 10) == [10, 20])
        #expect(window(0, 19.9) == [10, 20] && window(0, 20) == [30, 31.5])
        #expect(window(0, 31.5) == [] && window(1, 4) == [0, 5] && window(1, 5) == [])
        #expect(window(2, 0) == [3, 4])
    }

    @Test func `begin again after their period`() throws {
        let trace = try trace(Self.text, period: 100)
        func window(_ client: UInt32, _ time: Double) -> [Double] {
            trace.window(of: client, endingAfter: time).map { [$0.from, $0.to] } ?? []
        }
        #expect(window(0, 31.5) == [110, 120] && window(0, 500) == [510, 520])
        #expect(window(1, 99) == [100, 105] && window(1, 1204) == [1200, 1205])
    }

    @Test(arguments: [
        (
            "client,from,to\n0,1,2\n3,1,2\n1,1,2\n2,1,2\n",
            "line 3, column 0 ('client'): expected a client from 0 to 2, found '3'; remove the row or"
                + " raise clients.count"
        ),
        (
            "client,from,to\n0,5,5\n1,1,2\n2,1,2\n",
            "line 2, column 2 ('to'): expected seconds with 0 <= from < to, found '5' and '5'"
        ),
        (
            "1,1,2\n0,1,x\n2,1,2\n",
            "line 2, column 2: expected seconds with 0 <= from < to, found '1' and 'x'"
        ),
        (
            "client,from,to\n0,1,7\n1,1,2\n0,6,9\n2,1,2\n",
            "line 4, column 1 ('from'): expected a window of client 0 after its window before, which"
                + " ends at 7.0, found 6.0; join windows that overlap"
        ),
        (
            "client,from,to\n0,1,7\n",
            "expected a window of each of 3 clients (clients.count), found none of client 1 and 1"
                + " others; add rows or lower clients.count"
        ),
        (
            "id,from,to\n0,1,7\n",
            "expected the columns client, from and to, found id, from, to"
        ),
    ])
    func `with faults are refused with the line`(text: String, message: String) throws {
        do {
            _ = try trace(text)
            Issue.record("expected an error")
        } catch {
            #expect("\(error)".hasSuffix("trace.csv: \(message)"), "\(error)")
        }
    }

    @Test func `with a window beyond the period are refused`() throws {
        #expect(throws: DataError.self) { try trace(Self.text, period: 31) }
    }
}
