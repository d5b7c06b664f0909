/// What browsers must be told before a script may send events and read their answers (reference inbound, 3.7; Fetch).
///
/// For native paths only: webhook paths send no such headers.
public enum CrossOrigin {
    /// How long, in seconds, a browser may remember a preflight answer.
    static let preflightAge = 900
    /// How long a list of requested headers may be.
    static let requestedHeadersByteLimit = 1024

    /// The headers of an answer, errors included, to a request of a browser; none if no browser sent it.
    ///
    /// The origin is echoed: `*` would not go with credentials. Not for `origin_not_allowed`, which the page must not read.
    public static func headers(for request: some HeaderReading) -> [Answer.Header] {
        guard let origin = request.header("Origin") else { return [] }
        return allowing(origin) + [
            Answer.Header("Access-Control-Expose-Headers", "Retry-After, X-Request-Id"),
            Answer.Header("Vary", "Origin"),
        ]
    }

    /// The answer to `OPTIONS`.
    ///
    /// Which source is meant is only known when the event comes, so its list of origins is held against that.
    public static func preflight(_ request: some HeaderReading) -> Answer {
        var answer = Answer(status: 204, body: [])
        guard let origin = request.header("Origin") else { return answer }
        answer.headers = allowing(origin)
        answer.headers.append(Answer.Header("Access-Control-Allow-Methods", "POST, GET, OPTIONS"))
        if let names = request.header("Access-Control-Request-Headers"), isNameList(names) {
            answer.headers.append(Answer.Header("Access-Control-Allow-Headers", names))
        }
        answer.headers.append(Answer.Header("Access-Control-Max-Age", "\(preflightAge)"))
        answer.headers.append(Answer.Header("Vary", "Origin, Access-Control-Request-Headers"))
        return answer
    }

    private static func allowing(_ origin: String) -> [Answer.Header] {
        // What goes into a header must not end it: a server's parser has refused such values, and this does not rely on it.
        guard origin.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { return [] }
        return [
            Answer.Header("Access-Control-Allow-Origin", origin),
            Answer.Header("Access-Control-Allow-Credentials", "true"),
        ]
    }

    /// Whether a text is nothing but field names (RFC 9110, 5.6.2) between commas and blanks.
    private static func isNameList(_ text: String) -> Bool {
        guard text.utf8.count <= requestedHeadersByteLimit else { return false }
        let names = text.split(separator: ",", omittingEmptySubsequences: false).map { $0.trimmingBlanks() }
        return names.allSatisfy { !$0.isEmpty && $0.utf8.allSatisfy(isTokenCharacter) }
    }

    private static func isTokenCharacter(_ character: UInt8) -> Bool {
        switch character {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "!#$%&'*+-.^_`|~".utf8.contains(character)
        }
    }
}
