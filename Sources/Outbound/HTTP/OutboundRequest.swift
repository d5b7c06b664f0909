public import EventModel

/// The method of a request.
public enum HTTPMethod: String, Sendable, CaseIterable {
    case get = "GET"
    case post = "POST"
    case put = "PUT"
    case patch = "PATCH"
    case delete = "DELETE"
}

/// One header line.
public struct HTTPHeader: Sendable, Equatable {
    /// The name as it is sent.
    public var name: String
    /// The value as it is sent.
    public var value: String

    /// A header line from its name and value.
    public init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }

    /// Says that the body is JSON.
    static let jsonBody = HTTPHeader("Content-Type", "application/json")

    /// An access token (RFC 6750, 2.1).
    static func bearer(_ token: String) -> HTTPHeader { HTTPHeader("Authorization", "Bearer \(token)") }

    /// Whether `name` is a token and `value` fits on one line (RFC 9110, 5.1 and 5.5).
    public var isValid: Bool {
        !name.isEmpty && name.utf8.allSatisfy(\.isTokenByte) && value.utf8.allSatisfy(\.isFieldValueByte)
    }
}

extension String {
    /// Whether both are the same but for the case of ASCII letters, as names of headers are compared; without allocation.
    func isSameHeaderName(as other: String) -> Bool {
        utf8.count == other.utf8.count
            && zip(utf8, other.utf8).allSatisfy { left, right in
                left == right
                    || left ^ right == 0x20
                        && (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(left | 0x20)
            }
    }
}

/// How one request is carried.
public struct TransferOptions: Sendable, Equatable {
    /// How long resolving, connecting and the TLS handshake may take together.
    public var connectTimeout: Duration
    /// How long the whole transfer may take.
    public var totalTimeout: Duration
    /// Whether the host may have an address that ``AddressGuard`` refuses.
    public var allowsPrivateAddresses: Bool
    /// The headers of the answer to keep.
    public var responseHeaders: [String]
    /// Certificates and a proxy of the destination's own; nil for the client's.
    public var route: TransferRoute?

    /// Options; the defaults suit an endpoint on the internet.
    public init(
        connectTimeout: Duration = .seconds(5), totalTimeout: Duration = .seconds(10),
        allowsPrivateAddresses: Bool = false, responseHeaders: [String] = ["Retry-After"], route: TransferRoute? = nil
    ) {
        self.connectTimeout = connectTimeout
        self.totalTimeout = totalTimeout
        self.allowsPrivateAddresses = allowsPrivateAddresses
        self.responseHeaders = responseHeaders
        self.route = route
    }
}

/// How a destination is reached, beyond its URL; shared by all of its requests.
public final class TransferRoute: Sendable, Equatable {
    /// A file of PEM certificates to trust in place of the client's.
    public let certificateAuthorityFile: String?
    /// A PEM file with the certificate that the client shows, followed by its intermediate ones.
    public let clientCertificateFile: String?
    /// A PEM file with that certificate's private key; nil if it is in the same file.
    public let clientKeyFile: String?
    /// A proxy (`http://host:port`) in place of the client's; it resolves names, so that ``AddressGuard`` cannot look at
    /// where requests end.
    public let proxy: String?

    /// A route from its parts.
    public init(
        certificateAuthorityFile: String? = nil, clientCertificateFile: String? = nil, clientKeyFile: String? = nil,
        proxy: String? = nil
    ) {
        self.certificateAuthorityFile = certificateAuthorityFile
        self.clientCertificateFile = clientCertificateFile
        self.clientKeyFile = clientKeyFile
        self.proxy = proxy
    }

    /// Whether both lead the same way.
    public static func == (left: TransferRoute, right: TransferRoute) -> Bool {
        left === right
            || left.certificateAuthorityFile == right.certificateAuthorityFile
                && left.clientCertificateFile == right.clientCertificateFile
                && left.clientKeyFile == right.clientKeyFile && left.proxy == right.proxy
    }
}

/// One request, ready to send: `body` is what goes over the wire, byte for byte.
public struct OutboundRequest: Sendable, Equatable {
    /// The method.
    public var method: HTTPMethod
    /// An absolute `http` or `https` URL, sent as it stands.
    public var url: String
    /// The URL to keep and show: without user info, query and whatever else is secret.
    public var displayURL: String
    /// The headers in order; one name may come more than once.
    public var headers: [HTTPHeader]
    /// The body, byte for byte.
    public var body: [UInt8]
    /// How the request is carried.
    public var options: TransferOptions
    /// What parts of one request of a ``BatchDestination`` have in common; not sent.
    ///
    /// Events that must not travel with others have a key of their own.
    public var batchKey: String
    /// What of the person the body has that its event does not say itself; not sent, kept with the attempt.
    public var enrichment: [KnownPerson.Part] = []

    /// A request from its parts; without a display URL one is made of the URL.
    public init(
        method: HTTPMethod = .post, url: String, displayURL: String? = nil, headers: [HTTPHeader] = [],
        body: [UInt8] = [], options: TransferOptions = TransferOptions(), batchKey: String = ""
    ) {
        self.method = method
        self.url = url
        self.displayURL = displayURL ?? Self.displayURL(url)
        self.headers = headers
        self.body = body
        self.options = options
        self.batchKey = batchKey
    }

    /// What is sent and where, without whatever may be secret.
    public var summary: String { "\(method.rawValue) \(displayURL)" }

    /// A URL without user info, query and fragment, which may hold secrets.
    public static func displayURL(_ url: String) -> String {
        let end = url.utf8.firstIndex { $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#") } ?? url.utf8.endIndex
        let bare = url[..<end]
        guard let scheme = bare.firstRange(of: "://") else { return String(bare) }
        let authority = bare[scheme.upperBound...].prefix { $0 != "/" }
        guard let at = authority.lastIndex(of: "@") else { return String(bare) }
        return String(bare[..<scheme.upperBound] + bare[bare.index(after: at)...])
    }
}

extension OutboundRequest: CustomStringConvertible {
    /// The summary alone, as headers and body may hold secrets and personal data.
    public var description: String { summary }
}
