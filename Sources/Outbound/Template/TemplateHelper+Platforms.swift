import Crypto
import EventModel
import JSON
import Platform

/// Helpers for what receivers demand of values: marks that must not be read as markup, lengths, ids and ages.
extension TemplateHelper {
    /// Escapes what Slack reads as markup, and nothing else (reference chatops, A: exactly these three).
    static func mrkdwn(_ value: TemplateValue, _ event: EventView) -> TemplateValue {
        value.mapText(event) { text in
            var result: [UInt8] = []
            result.reserveCapacity(text.count + 16)
            for byte in text {
                switch byte {
                case UInt8(ascii: "&"): result.append(contentsOf: "&amp;".utf8)
                case UInt8(ascii: "<"): result.append(contentsOf: "&lt;".utf8)
                case UInt8(ascii: ">"): result.append(contentsOf: "&gt;".utf8)
                default: result.append(byte)
                }
            }
            return result
        }
    }

    /// Escapes what Microsoft Teams reads as markup (reference chatops, B).
    static func markdown(_ value: TemplateValue, _ event: EventView) -> TemplateValue {
        value.mapText(event) { text in
            var result: [UInt8] = []
            result.reserveCapacity(text.count + 16)
            for byte in text {
                if #"*_[]()`~\"#.utf8.contains(byte) { result.append(UInt8(ascii: "\\")) }
                result.append(byte)
            }
            return result
        }
    }

    /// At most so many characters of a text.
    static func truncate(_ value: TemplateValue, to count: TemplateValue, _ event: EventView) -> TemplateValue {
        let limit = Int(String(decoding: count.text(event), as: UTF8.self)) ?? 0
        return value.mapText(event) { text in
            // No text has more characters than bytes.
            if text.count <= limit { return Array(text) }
            return Array(String(String(decoding: text, as: UTF8.self).prefix(limit)).utf8)
        }
    }

    /// The value if it is an id that every platform takes, else the delivery's key.
    ///
    /// 1 to 36 letters, digits and dashes, and no word that stands for nothing (reference mixpanel, sections 4 and 6).
    static func safeID(_ value: TemplateValue, kind: TemplateValue, _ event: EventView) -> TemplateValue {
        let isSafe = value.withText(event) { text in
            (1...36).contains(text.count) && text.allSatisfy { $0 == UInt8(ascii: "-") || $0.isASCIILetterOrDigit }
                && !placeholders.contains(String(decoding: text, as: UTF8.self).lowercased())
        }
        if isSafe { return .text(value.text(event)) }
        // The delivery key of the platforms (reference klaviyo, DKEY): account, kind, canonical name and event id.
        let parts = [
            event.text("account"), String(decoding: kind.text(event), as: UTF8.self), event.text("event_name"),
        ]
        let name = (parts + [event.eventID]).joined(separator: "\n")
        return .text(Array(NameBasedUUID.text(of: Array(name.utf8), in: deliveryNamespace).utf8))
    }

    /// Whether a time lies no more than so many days before the event came in.
    static func recent(_ value: TemplateValue, days: TemplateValue, _ event: EventView) -> TemplateValue {
        guard let time = DateFormat.time(in: value, event),
            let received = DateFormat.time(in: TemplateValue(event.canonical[receivedAtKey]), event),
            let days = Int(String(decoding: days.text(event), as: UTF8.self))
        else { return .missing }
        return .bool(received - time <= .seconds(days * 86_400))
    }

    /// `urn:tracklayer:delivery` as a UUID of version 5 in the namespace of URLs: e8276535-bdc6-522d-9f53-5c460c13aae6.
    private static let deliveryNamespace: [UInt8] = [
        0xe8, 0x27, 0x65, 0x35, 0xbd, 0xc6, 0x52, 0x2d, 0x9f, 0x53, 0x5c, 0x46, 0x0c, 0x13, 0xaa, 0xe6,
    ]
    private static let placeholders: Set<String> = [
        "anon", "anonymous", "nil", "none", "null", "na", "undefined", "unknown", "0", "-1", "true", "false",
        "00000000-0000-0000-0000-000000000000",
    ]
    private static let receivedAtKey: JSONKey = "received_at"
}

extension EventView {
    fileprivate func text(_ name: String) -> String { canonical[JSONKey(name)]?.string ?? "" }
}
