import Foundation
import TestSupport

/// One of the real Python SDKs in a process of its own, as `Scripts/sdk/drive.py` drives it.
struct SDKProgram: ~Copyable {
    /// Which SDK.
    enum SDK: String, Sendable, CaseIterable { case rudderstack, segment }

    /// What a driver says in its last line.
    struct Report: Decodable {
        struct Sent: Decodable {
            var orders: [String]
            /// The order id that was sent as a number.
            var numeric: String?
            /// Message ids of single events by their canonical names.
            var profile_update: String?
            var page_view: String?
            var screen_view: String?
            var group_update: String?
            var identity_link: String?
        }

        var sent: Sent
        var given_up: [String]
    }

    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
    /// The Python of the environment that `Scripts/sdk-clients.sh` makes.
    static var pythonPath: String { python }
    private static let python = root.appendingPathComponent(".build/sdk-clients/bin/python").path

    /// Whether `Scripts/sdk-clients.sh` has installed the SDKs.
    static var isInstalled: Bool {
        FileManager.default.fileExists(atPath: root.appendingPathComponent(".build/sdk-clients/installed.txt").path)
    }

    /// Runs another script beside the driver's with the same interpreter and packages; nil if it cannot be started.
    static func run(_ script: String, _ arguments: [String]) -> ChildProgram? {
        ChildProgram(python, [root.appendingPathComponent("Scripts/sdk/\(script)").path] + arguments)
    }

    private let program: ChildProgram
    private let name: String

    /// Starts a driver.
    init(_ sdk: SDK, _ scenario: String, port: UInt16, prefix: String, isPacked: Bool = false) throws {
        name = "\(sdk.rawValue) \(scenario)"
        let script = Self.root.appendingPathComponent("Scripts/sdk/drive.py").path
        let arguments = [
            script, sdk.rawValue, scenario, "http://127.0.0.1:\(port)", GatewayYAML.writeKey, prefix,
        ]
        guard let program = ChildProgram(Self.python, arguments + (isPacked ? ["gzip"] : [])) else {
            throw Failure(description: "\(Self.python) cannot be started")
        }
        self.program = program
    }

    /// Waits for the line that announces a wave.
    func waitForWave(_ number: Int) throws {
        guard program.line(beginningWith: "wave \(number)") != nil else {
            throw Failure(description: "\(name) ended before wave \(number)")
        }
    }

    /// Waits for the end.
    func report() throws -> Report {
        guard let line = program.line(beginningWith: "done ") else {
            throw Failure(description: "\(name) ended without a report; run Scripts/sdk/drive.py by hand")
        }
        return try JSONDecoder().decode(Report.self, from: Data(line.dropFirst(5).utf8))
    }

    struct Failure: Error, CustomStringConvertible {
        let description: String
    }
}
