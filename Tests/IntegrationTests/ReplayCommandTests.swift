import Foundation
import TestSupport
import Testing

/// `tracklayer replay` as a program, against a running gateway.
@Suite struct ReplayCommandTests {
    @Test func filesWithoutASourceOfTheirKindAreNamedAndTheOthersAreSent() throws {
        let gateway = try GatewayHarness()
        let directory = TemporaryDirectory()
        for (path, body) in [
            ("native/01.json", #"{"type":"track","event":"Order Completed","writeKey":"k","userId":"u-1"}"#),
            ("rudderstack/01.json", Samples.purchase(order: "o-1")), ("rudderstack/02.json", "{"),
        ] {
            let file = directory.file("fixtures/\(path)")
            try FileManager.default.createDirectory(
                atPath: (file as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
            try body.write(toFile: file, atomically: true, encoding: .utf8)
        }
        let configuration = directory.file("gateway.yaml")
        try """
        listen: 127.0.0.1:\(gateway.port)
        data: data
        sources:
          - {name: r, kind: rudderstack, account: acct_1, environment: production, secrets: [\(GatewayYAML.secret)]}
        """.write(toFile: configuration, atomically: true, encoding: .utf8)
        let words = ["replay", directory.file("fixtures"), "--config", configuration]

        let run = try ProgramRun(words).finish()
        #expect(run.code == 1, "\(run.errors)")
        let lines = run.output.split(separator: "\n")
        #expect(lines.count == 5, "\(run.output)")
        #expect(lines[1].contains("native/01.json") && lines[1].contains("not sent"), "\(run.output)")
        #expect(lines[1].hasSuffix("the configuration has no source of kind native"), "\(run.output)")
        #expect(lines[2].contains("accepted") && lines[2].contains("purchase"), "\(run.output)")
        #expect(lines[3].contains("refused"), "\(run.output)")
        #expect(
            lines[4].hasSuffix("were answered 200. Not sent: 1; add a source of their kind to the configuration."))
        #expect(lines[4].hasPrefix("1 of 2 requests "))
        let json = try ProgramRun(words + ["--json"]).finish()
        #expect(
            json.output.hasPrefix(
                #"{"fixture":"native/01.json","status":0,"failure":"the configuration has no source of kind native"}"#))
    }
}
