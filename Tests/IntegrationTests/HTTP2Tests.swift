import Foundation
import TestSupport
import Testing

/// A receiver behind TLS that offers HTTP/2 and nothing else: the `h2` package from PyPI, where it could be installed.
@Suite(
    .enabled(if: SDKProgram.isInstalled, "h2 is not installed; run Scripts/sdk-clients.sh"),
    .timeLimit(.minutes(10)))
struct HTTP2Tests {
    @Test func deliveriesGoOverHTTP2WhereItIsOffered() throws {
        let directory = TemporaryDirectory()
        guard let receiver = SDKProgram.run("http2.py", [directory.path]),
            let port = receiver.line(beginningWith: "port ")?.dropFirst(5)
        else {
            Issue.record("Scripts/sdk/http2.py did not start")
            return
        }
        let gateway = try GatewayHarness(configuration: {
            var yaml = GatewayYAML(receiverPort: $0)
            yaml.destinationLines = """
                  - name: modern
                    kind: http
                    url: https://localhost:\(port)/modern
                    ca_file: \(directory.file("certificate.pem"))
                    allow_private_addresses: true
                    concurrency: 8
                    signing: {secrets: [\(GatewayYAML.signingSecret)]}
                """
            return yaml.text
        })
        let events = (1...20).map { Samples.purchase(order: "o-\($0)") }.joined(separator: ",")
        #expect(try gateway.postRudderStack("[\(events)]").status == 200)
        let delivered = "/api/deliveries?destination=modern&status=delivered"
        // Before lines are read, as that would wait for ever for a request that does not come.
        try #require(
            eventually { try gateway.admin("GET", delivered).text.components(separatedBy: #""id":"#).count == 21 })
        for _ in 1...20 {
            let line = receiver.line(beginningWith: "request ") ?? ""
            let words = line.split(separator: " ").map(String.init)
            try #require(words.count == 6, "\(line)")
            #expect(words[2...3] == ["POST", "/modern"])
            #expect(Int(words[4]).map { $0 > 500 } == true, "the body came whole")
            #expect(words[5].hasPrefix("sha256="))
        }
    }
}
