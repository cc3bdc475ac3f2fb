import Federation
import Reporting
import Testing

@Suite struct `Recalls of classes` {
    @Test(arguments: [
        (3, "Dress", "3_Dress"), (3, nil, "3"), (3, "3", "3"), (3, "", "3"), (0, "1", "0_1"),
        (7, "a,b \"c\"", "7_a,b \"c\""), (1, "x\ny\u{200F}", "1_x_y_"),
    ])
    func `have a column with number and name`(label: Int, name: String?, key: String) {
        #expect(ClassEvaluation.columnKey(label, name) == key)
    }

    @Test func `of the last round are read`() throws {
        let rows = [(1, 0, 4, 1), (1, 1, 2, 2), (3, 0, 4, 3), (3, 1, 0, 0)].map {
            ClassEvaluation(
                round: UInt32($0.0), label: $0.1, name: ["a, b", "c"][$0.1],
                recall: ClassRecall(samples: $0.2, hits: $0.3))
        }
        let text = csvTable(classEvaluationColumns, rows, missing: .empty)
        #expect(try ClassEvaluation.last(Array(text.utf8)) == Array(rows[2...]))
        let header = csvTable(classEvaluationColumns, [], missing: .empty)
        #expect(try ClassEvaluation.last(Array(header.utf8)).isEmpty)
    }

    @Test(arguments: [
        "round,class\n0,1\n", "round,class,name,samples,hits\n0,0,a,1,2\n",
        "round,class,name,samples,hits\n0,0,a,x,0\n", "round,class,name,samples,hits\n0,-1,a,1,0\n",
        "round,class,name,samples,hits\n0.5,1,a,1,0\n", "",
    ])
    func `of other tables are an error`(_ text: String) {
        #expect(throws: NumberTable.Problem.self) {
            try ClassEvaluation.last(Array(text.utf8))
        }
    }

    @Test func `are columns of comparison.csv, quoted where CSV needs it`() throws {
        let recalls = [(0, 4, 1), (1, 0, 0), (2, 4, 3)].map {
            ClassEvaluation(
                round: 9, label: $0.0, name: ["a, b", "c", "2"][$0.0],
                recall: ClassRecall(samples: $0.1, hits: $0.2))
        }
        let row = ComparisonRow(
            variant: "v", cell: [], seed: 1, summary: summary([0.5]), recalls: recalls)
        #expect(row.balancedAccuracy == 0.5)
        let columns = comparisonColumns(grid: [], classes: ["0_a, b", "1_c", "2", "3_other"])
        #expect(
            csvHeader(columns).contains(
                ",balanced_accuracy,\"recall_0_a, b\",recall_1_c,recall_2,recall_3_other,digest,"))
        #expect(csvLine(columns, row).contains(",0.5,0.25,,0.75,,"))
    }
}
