import EventModel
import Inbound

extension TransportFacts {
    /// What the header of a native request says beside the events (reference inbound, 3.2, 3.7 and 4.7).
    ///
    /// - Parameters:
    ///   - request: The request.
    ///   - isBrowser: Whether a browser sends it, though it has no `Origin`, as for images.
    ///   - trustedProxies: Whose word about the client's address is taken.
    mutating func addSenderFacts(of request: HTTPRequest, isBrowser: Bool, trustedProxies: [AddressRange]) {
        sentAt = request.header("SentAt")
        globalPrivacyControl = request.header("Sec-GPC") == "1" || request.header("DNT") == "1"
        hasRudderStackHeader = request.headerBytes("AnonymousId") != nil
        // The address and program of a server that calls for somebody else say nothing about that person.
        guard isBrowser || request.headerBytes("Origin") != nil else { return }
        clientIP = ClientAddress.of(
            peer: request.remoteAddress, forwardedFor: { request.headerLines("X-Forwarded-For") },
            trustedProxies: trustedProxies)
        userAgent = request.header("User-Agent")
    }
}

/// An SDK that says that it sends a request again (reference inbound, 3.2).
///
/// Raw values are labels in `/metrics`.
enum RetryingSDK: String, Sendable, CaseIterable {
    case segment, rudderstack

    /// The SDK that a retry comes from; nil for a first attempt.
    init?(_ request: HTTPRequest) {
        if let count = request.header("X-Retry-Count"), count != "0" {
            self = .segment
        } else if let attempt = request.header("Rsa-Retry-Attempt"), attempt != "0" {
            self = .rudderstack
        } else {
            return nil
        }
    }
}
