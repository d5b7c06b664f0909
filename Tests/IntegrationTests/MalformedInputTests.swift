import Crypto
import EventModel
import TestSupport
import Testing

/// Every row of the table of malformed and hostile input (reference inbound, section 9) over real sockets.
///
/// After each part of the table the gateway still works and its store holds what was taken, nothing else.
@Suite struct MalformedInputTests {
    @Test func proofsThatAreNone() throws { try check(BadProofs.cases) }
    @Test func requestsThatAreNone() throws { try check(BadRequests.cases) }
    @Test func bodiesThatAreNone() throws { try check(try BadBodies.cases) }
    @Test func jsonThatIsNone() throws { try check(BadJSON.cases) }
    @Test func idsThatAreNone() throws { try check(BadIDs.cases) }
    @Test func eventsThatAreNone() throws { try check(BadEvents.cases) }
    @Test func batchesThatAreNone() throws { try check(BadBatches.cases) }
    @Test func textAtItsEdges() throws { try check(BadText.cases) }
    @Test func valuesThatMeanSomethingElse() throws { try check(BadValues.cases) }
    @Test func personsThatAreNone() throws { try check(BadPersons.cases) }

    /// The row of pixels, which `NativeInputTests` tests apart from the tables.
    private static let rowsOfPixels: Set<Int> = [103]

    @Test("every row of the table, 1 to 108, has a test")
    func everyRow() throws {
        let cases =
            BadProofs.cases + BadRequests.cases + (try BadBodies.cases) + BadJSON.cases + BadIDs.cases + BadEvents.cases
            + BadBatches.cases + BadText.cases + BadValues.cases + BadPersons.cases + NativeProofs.cases
            + NativeBodies.cases
        #expect(cases.allSatisfy { $0.row != nil })
        let covered = Set(cases.compactMap(\.row)).union(ConnectionTests.rows).union(StorageFaultTests.rows)
            .union(HeaderInjectionTests.rows).union(Self.rowsOfPixels)
        #expect(Set(1...108).subtracting(covered).sorted() == [])
    }

    private func check(_ cases: [BadInput]) throws {
        let gateway = try GatewayHarness(configuration: { port in
            var yaml = GatewayYAML(receiverPort: port)
            yaml.topLines = "limits: {body: 2MiB}\nhttp: {read_timeout: 1s}"
            yaml.sourceLines = "    default_currency: EUR"
            return yaml.text
        })
        var takenCount = 0
        var looks: [(input: BadInput, messageID: String?)] = []
        for input in cases {
            let (count, messageID) = try input.check(gateway)
            takenCount += count
            if input.stored != nil { looks.append((input, messageID)) }
        }
        #expect(try gateway.postRudderStack(Samples.purchase(order: "after all that")).item.status == "accepted")
        let entries = try gateway.inspect().entries()
        #expect(entries.count == takenCount + 1)
        for (input, messageID) in looks {
            let text = entries.first { $0.event.messageId == messageID }?.canonical
            let isAsSaid = text.map { input.stored?($0) == true } ?? false
            #expect(isAsSaid, "row \(input.name): stored \(text ?? "nothing")", sourceLocation: input.location)
        }
        #expect(!gateway.log.lines.contains { $0.contains(#""level":"error""#) })
    }
}
