import Foundation
import Outbound
import Platform
import TestSupport
import Testing

/// `tracklayer verify` as a program, against requests that a gateway has delivered.
@Suite struct VerifyCommandTests {
    /// How a run of the program ended.
    private struct Run {
        var code: Int32
        var output: String
    }

    /// Runs the program with a body on its standard input.
    private func verify(_ words: [String], body: [UInt8], in directory: TemporaryDirectory) throws -> Run {
        let (input, output) = (directory.file("body"), directory.file("output"))
        try Data(body).write(to: URL(fileURLWithPath: input))
        try Data().write(to: URL(fileURLWithPath: output))
        let process = Process()
        process.executableURL = URL(fileURLWithPath: try GatewayProcess.binary())
        process.arguments = ["verify"] + words
        let source: FileHandle = try #require(FileHandle(forReadingAtPath: input))
        let handle: FileHandle = try #require(FileHandle(forWritingAtPath: output))
        process.standardInput = source
        process.standardOutput = handle
        process.standardError = handle
        try process.run()
        process.waitUntilExit()
        return Run(code: process.terminationStatus, output: try String(contentsOfFile: output, encoding: .utf8))
    }

    @Test("a delivery is verified with the secrets of its destination, and a changed one is not")
    func delivery() throws {
        let gateway = try GatewayHarness()
        #expect(
            try gateway.postRudderStack(
                Samples.track("Order Completed", message: "m-1", properties: #"{"order_id":"o-1"}"#)
            )
            .status == 200)
        #expect(gateway.receiver.waitForRequests(1))
        let request = try #require(gateway.receiver.requests.first)
        let directory = TemporaryDirectory()
        let lines = ["POST /hook HTTP/1.1"] + request.headers.map { "\($0.name): \($0.value)" }
        let headers = directory.file("headers")
        try lines.joined(separator: "\r\n").write(toFile: headers, atomically: true, encoding: .utf8)
        let words = ["--config", gateway.configurationFile, "--destination", "hook", "--headers", headers]

        let good = try verify(words, body: request.body, in: directory)
        #expect(good.code == 0)
        #expect(good.output.contains("X-TrackLayer-Signature  verified with secret 1"))
        #expect(good.output.contains("webhook-signature       verified with secret 1"))
        let changed = try verify(words + ["--json"], body: request.body + [10], in: directory)
        #expect(changed.code == 1)
        #expect(changed.output.contains(#""verified":false"#) && changed.output.contains("without the newline"))
        let old = try verify(words + ["--now", "2099-01-01T00:00:00Z"], body: request.body, in: directory)
        #expect(old.code == 1 && old.output.contains("s before now"))
        let unknown = try verify(
            ["--config", gateway.configurationFile, "--destination", "hok", "--headers", headers], body: [],
            in: directory)
        #expect(unknown.code == 2 && unknown.output.contains("hook"))
        for run in [good, changed, old, unknown] { #expect(!run.output.contains(GatewayYAML.signingSecret)) }
    }

    @Test func secretsMayComeFromFilesAndHeadersFromTheCommandLine() throws {
        let directory = TemporaryDirectory()
        let (first, second) = (directory.file("a"), directory.file("b"))
        try "other".write(toFile: first, atomically: true, encoding: .utf8)
        try "dest_live_9f3b27\n".write(toFile: second, atomically: true, encoding: .utf8)
        let body = Array(#"{"event_id":"A-10293","value":129.99}"#.utf8)
        // printf %s "$body" | openssl dgst -sha256 -hmac dest_live_9f3b27
        let header =
            "x-tracklayer-signature: sha256=a00ee310a568e855c35ddeab248736b6b3d8d4022d6b85a52cb89d0a4071ba33"
        let files = ["--secret-file", first, "--secret-file", second]
        let good = try verify(files + ["-H", header], body: body, in: directory)
        #expect(good.code == 0 && good.output.contains("verified with secret 2"))
        let wrong = try verify(["--secret-file", first, "-H", header], body: body, in: directory)
        #expect(wrong.code == 1 && wrong.output.contains("differs"))
        let unsigned = try verify(files + ["-H", "Content-Type: application/json"], body: body, in: directory)
        #expect(unsigned.code == 1 && unsigned.output.contains("not signed"))
        for words in [[], files, ["-H", header], files + ["-H", "nonsense"], files + ["-H", header, "word"]] {
            #expect(try verify(words, body: body, in: directory).code == 2, "\(words.count) words")
        }
    }
}
