import Foundation
import TestSupport
import Testing

/// Searches everything that a gateway leaves on disk, byte for byte, for what the fixtures say about people in plain.
@Suite struct PlainDataScanTests {
    /// What must not be found, and where it came from.
    private struct Secret: Hashable {
        var value: String
        var file: String
    }

    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("fixtures")

    /// Members whose text is somebody's, folded.
    private static let personal: Set<String> = [
        "email", "emailaddress", "useremail", "inviteeemail", "recipient", "phone", "phonenumber", "mobile",
        "firstname", "lastname", "inviteefirstname", "inviteelastname", "birthday", "dob", "street", "cardnumber",
        "pan",
        "cvv", "cvc",
    ]

    private static func collect(_ value: Any, _ name: String, _ file: String, into secrets: inout Set<Secret>) {
        switch value {
        case let object as [String: Any]:
            for (key, member) in object {
                collect(member, key.lowercased().filter { $0.isLetter }, file, into: &secrets)
            }
        case let array as [Any]: for element in array { collect(element, name, file, into: &secrets) }
        case let text as String:
            // A hash is no plain value, and a short word (a person called Pro) is found anywhere.
            let isHash = text.count == 64 && text.allSatisfy(\.isHexDigit)
            if personal.contains(name), text.count >= 4, !isHash { secrets.insert(Secret(value: text, file: file)) }
            for match in text.matches(of: /[A-Za-z0-9._+-]+@[A-Za-z0-9-]+\.[A-Za-z.]+/) {
                secrets.insert(Secret(value: String(match.output), file: file))
            }
        default: break
        }
    }

    private func fixtures(_ kind: String) throws -> [URL] {
        try FileManager.default.contentsOfDirectory(
            at: Self.root.appendingPathComponent(kind), includingPropertiesForKeys: nil
        ).filter { $0.pathExtension == "json" }.sorted { $0.path < $1.path }
    }

    private func post(_ body: String, _ kind: String, to gateway: GatewayHarness) throws -> Reply {
        switch kind {
        case "rudderstack": return try gateway.postRudderStack(body)
        case "segment": return try gateway.postSegment(body)
        default:
            // NaN is no JSON to Foundation, so the shape is looked at as text.
            let isBatch = body.contains(#""batch""#) || body.hasPrefix("[")
            let type = body.firstMatch(of: /"type": *"([a-z]+)"/)?.output.1 ?? "track"
            // The fixtures have write keys of their own in the body, which must not contradict the header's.
            let body = body.replacing(/"writeKey": *"[^"]*"/, with: #""writeKey":"\#(GatewayYAML.writeKey)""#)
            return try gateway.postNative(isBatch ? "/v1/batch" : "/v1/\(type)", body)
        }
    }

    /// Bodies of our own with what no fixture has.
    private static let own: [(body: String, secrets: [String])] = [
        (
            #"{"type":"track","event":"Order Completed","messageId":"scan-1","userId":"u-scan","context":{"traits":"#
                + #"{"email":"Scan.Person@example.com","phone":"+44 20 7946 0958","firstName":"Zebediah","lastName":"Quillfeather"}},"#
                + #""properties":{"order_id":"scan-1","card_number":"4111 1111 1111 1111","cvv":"7371","#
                + #""payment":{"card":{"number":5555555555554444,"cvc":"8642"}},"note":"mail scan.person@example.com"}}"#,
            [
                "Scan.Person@example.com", "scan.person@example.com", "7946 0958", "+442079460958", "442079460958",
                "Zebediah", "zebediah", "Quillfeather", "quillfeather", "4111 1111", "4111111111111111", #""7371""#,
                "5555555555554444", #""8642""#,
            ]
        ),
        (
            #"{"type":"identify","messageId":"scan-2","userId":"second.person@example.com","traits":{"name":"Xanthippe Ferrars"}}"#,
            ["second.person@example.com", "Xanthippe", "Ferrars"]
        ),
    ]

    @Test("neither the store's files nor the log have a plain e-mail, phone, name or card of any fixture")
    func scan() throws {
        let gateway = try GatewayHarness()
        var secrets: Set<Secret> = []
        var takenCount = 0
        for kind in ["rudderstack", "segment", "native"] {
            for file in try fixtures(kind) {
                let text = try String(contentsOf: file, encoding: .utf8)
                let reply = try post(text, kind, to: gateway)
                #expect(reply.status == 200, "\(file.lastPathComponent): \(reply.text)")
                takenCount += try reply.body.accepted ?? 0
                let strict = text.replacing("-Infinity", with: "0").replacing("Infinity", with: "0")
                    .replacing("NaN", with: "0")
                let name = "\(kind)/\(file.lastPathComponent)"
                Self.collect(try JSONSerialization.jsonObject(with: Data(strict.utf8)), "", name, into: &secrets)
            }
        }
        for (body, values) in Self.own {
            #expect(try gateway.postRudderStack(body).item.status == "accepted")
            secrets.formUnion(values.map { Secret(value: $0, file: "of our own") })
        }
        #expect(takenCount > 60 && secrets.count > 20)
        let inspection = try gateway.inspect()
        let records = try inspection.text()
        inspection.close()
        let files = try Self.files(below: gateway.dataDirectory)
        let log = Array(gateway.log.lines.joined(separator: "\n").utf8)
        #expect(records.count > 50_000 && files.count >= 3)
        // What identifies nobody by itself is there, so the search can find things.
        #expect(Self.finds("Monopoly: 3rd Edition", in: records))
        for secret in secrets {
            #expect(!Self.finds(secret.value, in: records), "\(secret.file): in a record")
            for (name, bytes) in files {
                #expect(!Self.finds(secret.value, in: bytes), "\(secret.file): in the file \(name)")
            }
            #expect(!Self.finds(secret.value, in: log), "\(secret.file): in the log")
        }
    }

    /// A body whose card data and write key are in every place that an envelope has.
    private static let cards =
        #"{"type":"track","event":"Order Completed","messageId":"scan-3","userId":"u-scan","writeKey":"wk_in_the_body_5c","#
        + #""traits":{"pan":"378282246310005"},"context":{"page":{"url":"https://shop.example.com/pay?card_number="#
        + #"6011111111111117&cvv=code_in_the_url_9173","title":"Zebediah"},"traits":{"cardNumber":"3530111333300000"}},"#
        + #""properties":{"order_id":"scan-3","card_number":"4111 1111 1111 1111","card_number":"4012888888881881"}}"#

    private static let cardSecrets = [
        "4111 1111", "5555555555554444", #""7371""#, #""8642""#, "378282246310005", "6011111111111117",
        "code_in_the_url_9173",
        "3530111333300000", "4012888888881881", "wk_in_the_body_5c",
    ]

    @Test("a source that asks for it keeps plain values or the envelope; cards are nowhere on disk and not in the log")
    func plainOnRequest() throws {
        for line in ["hashing: false", "keep_raw: true"] {
            let gateway = try GatewayHarness(configuration: { port in
                var yaml = GatewayYAML(receiverPort: port)
                yaml.sourceLines = "    \(line)"
                return yaml.text
            })
            #expect(try gateway.postRudderStack(Self.own[0].body).item.status == "accepted")
            #expect(try gateway.postRudderStack(Self.cards).item.status == "accepted")
            let inspection = try gateway.inspect()
            let records = try inspection.text()
            inspection.close()
            #expect(Self.finds("Zebediah", in: records))
            let files = try Self.files(below: gateway.dataDirectory)
            #expect(files.count >= 3)
            for card in Self.cardSecrets {
                #expect(!Self.finds(card, in: records), "\(line): \(card) in a record")
                for (name, bytes) in files {
                    #expect(!Self.finds(card, in: bytes), "\(line): \(card) in the file \(name)")
                }
            }
            #expect(!gateway.log.lines.contains { $0.contains("Zebediah") || $0.contains("4111") })
        }
    }

    private static func files(below directory: String) throws -> [(name: String, bytes: [UInt8])] {
        try (FileManager.default.subpaths(atPath: directory) ?? []).compactMap { name in
            let path = "\(directory)/\(name)"
            var isDirectory: ObjCBool = false
            guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory), !isDirectory.boolValue else {
                return nil
            }
            return (name, Array(try Data(contentsOf: URL(fileURLWithPath: path))))
        }
    }

    private static func finds(_ text: String, in bytes: [UInt8]) -> Bool {
        Data(bytes).range(of: Data(text.utf8)) != nil
    }
}
