import Crypto
import EventModel
import Foundation
import Gateway
import Outbound
import Platform
import TestSupport

/// A whole gateway in this process: its file, its data directory and a receiver for what it delivers.
final class GatewayHarness {
    let directory = TemporaryDirectory()
    let receiver: TestReceiver
    /// What the gateway logged, over all starts.
    let log = LogLines()
    private let clock: any WallClock
    private var gateway: Gateway?

    /// A running gateway.
    ///
    /// - Parameters:
    ///   - clock: What the gateway takes for the time of day.
    ///   - answer: What the receiver does about a delivery.
    ///   - configuration: The content of `gateway.yaml`, given the receiver's port.
    /// - Throws: What keeps the gateway from starting.
    init(
        clock: any WallClock = SystemClock(),
        answer: @escaping @Sendable (TestReceiver.Request) -> TestReceiver.Answer = { _ in .status(200) },
        configuration: (_ receiverPort: UInt16) -> String = { GatewayYAML(receiverPort: $0).text }
    ) throws {
        self.clock = clock
        receiver = TestReceiver(answer)
        try configuration(receiver.port).write(toFile: configurationFile, atomically: true, encoding: .utf8)
        try start()
    }

    deinit {
        stop()
        receiver.stop()
    }

    var configurationFile: String { directory.file("gateway.yaml") }
    var dataDirectory: String { directory.file("data") }

    /// The inbound port; 0 while stopped.
    var port: UInt16 { gateway?.port ?? 0 }

    /// The admin port; 0 while stopped.
    var adminPort: UInt16 { gateway?.adminPort ?? 0 }

    /// Starts the gateway on the data that is there.
    func start() throws {
        let loaded = try ConfigurationLoader.load(configurationFile, now: SystemClock().now)
        let gateway = try Gateway(loaded, logger: Logger(level: .info, sink: log), clock: clock)
        gateway.start()
        self.gateway = gateway
    }

    /// Drains the gateway and closes its store.
    func stop() {
        gateway?.stop()
        gateway = nil
    }

    /// What SIGHUP does with a new file.
    func reload(_ configuration: (_ receiverPort: UInt16) -> String) throws {
        try configuration(receiver.port).write(toFile: configurationFile, atomically: true, encoding: .utf8)
        try gateway?.reload(try ConfigurationLoader.load(configurationFile, now: SystemClock().now))
    }

    /// The metrics as Prometheus reads them.
    func metrics() throws -> String {
        let client = try RawHTTPClient(port: port)
        try client.send("GET", "/metrics", headers: [], body: [])
        return String(decoding: try client.readResponse().body, as: UTF8.self)
    }

    /// Asks the admin API as an operator does, with this token or none.
    func admin(
        _ method: String, _ target: String, token: String? = GatewayYAML.adminToken, body: String = ""
    ) throws -> Reply {
        let client = try RawHTTPClient(port: adminPort)
        try client.send(
            method, target, headers: token.map { [("Authorization", "Bearer \($0)")] } ?? [], body: Array(body.utf8))
        return Reply(try client.readResponse())
    }

    /// Does with the destination what an operator wants.
    func perform(_ command: DeliveryCommand) { gateway?.perform(command, onDestination: "hook") }

    /// The next process on the same data.
    func restart() throws {
        stop()
        try start()
    }

    /// Posts a body on a connection of its own and reads the answer.
    func post(_ path: String, _ body: [UInt8], _ headers: [(String, String)] = []) throws -> Reply {
        let client = try RawHTTPClient(port: port)
        var headers = headers
        if !headers.contains(where: { $0.0.lowercased() == "content-type" }) {
            headers.append(("Content-Type", "application/json"))
        }
        try client.send("POST", path, headers: headers, body: body)
        return Reply(try client.readResponse())
    }

    /// Posts a body as RudderStack's webhook destination does.
    func postRudderStack(_ body: String, secret: String = GatewayYAML.secret) throws -> Reply {
        try post("/rudderstack/events", Array(body.utf8), [("x-tracklayer-secret", secret)])
    }

    /// Posts a body as Segment's webhook destination does, signed over `signed`, or over the whole body if that is nil.
    func postSegment(_ body: String, signed: String? = nil) throws -> Reply {
        let code = HMAC.code(
            .sha1, key: Array(GatewayYAML.sharedSecret.utf8), message: Array((signed ?? body).utf8))
        return try post("/segment/events", Array(body.utf8), [("X-Signature", Hex.encode(code))])
    }

    /// Posts a batch as an SDK does.
    func postNative(_ path: String, _ body: String) throws -> Reply {
        try post(path, Array(body.utf8), [("Authorization", GatewayYAML.basic(GatewayYAML.writeKey))])
    }

    /// Stops the gateway and opens its store.
    func inspect() throws -> StoreInspection {
        stop()
        return try StoreInspection(dataDirectory)
    }
}

/// Keeps log lines.
final class LogLines: LogSink {
    private let kept = Guarded<[String]>([])

    func write(_ line: String) { kept.withLock { $0.append(line) } }

    var lines: [String] { kept.withLock { $0 } }
}
