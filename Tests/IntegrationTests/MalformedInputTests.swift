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

    private func check(_ cases: [BadInput]) throws {
        let gateway = try GatewayHarness(configuration: { port in
            var yaml = GatewayYAML(receiverPort: port)
            yaml.topLines = "limits: {body: 2MiB}\nhttp: {read_timeout: 1s}"
            return yaml.text
        })
        var takenCount = 0
        for input in cases { takenCount += try input.check(gateway) }
        #expect(try gateway.postRudderStack(Samples.purchase(order: "after all that")).item.status == "accepted")
        #expect(try gateway.inspect().entries().count == takenCount + 1)
        #expect(!gateway.log.lines.contains { $0.contains(#""level":"error""#) })
    }
}
