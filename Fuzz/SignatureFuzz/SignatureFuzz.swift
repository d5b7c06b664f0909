import Crypto
import EventModel
import FuzzSupport
import Inbound
import JSON
import Platform

/// Header lines, an empty line and a body: nobody gets in without the secret, and everybody with it.
///
/// The last byte chooses the source.
@c(LLVMFuzzerTestOneInput)
public func fuzzSignature(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    var input = FuzzInput(start, count)
    let kind = input.choice(of: SourceKind.allCases)
    let (head, body) = input.headAndBody
    let harness = SignatureHarness.shared
    // The secrets are nowhere in the corpus, and comparing them takes no branch that the fuzzer could follow.
    require(!harness.isAccepted(kind, FuzzHeaders(head), body), "no request gets in without a secret")
    if let proof = harness.proof(kind, over: body) {
        var headers = FuzzHeaders()
        headers.add(proof.name, proof.value)
        require(harness.isAccepted(kind, headers, body), "a right proof is accepted whatever the body is")
        var wrong = FuzzHeaders()
        wrong.add(proof.name, String(proof.value.dropLast()) + (proof.value.hasSuffix("0") ? "1" : "0"))
        require(!harness.isAccepted(kind, wrong, body), "a proof with another last digit is refused")
    }
    return 0
}

/// One source of each kind, each with another proof.
private struct SignatureHarness {
    // libFuzzer calls from one thread, one input after another.
    nonisolated(unsafe) static let shared = SignatureHarness()

    private static let secret = "5d0b0a4be9c84b3e9ac6b1f27d3e8c15"
    private let authenticator: Authenticator
    private let document = JSONDocument()
    private let now = Timestamp(seconds: 1_776_953_553)

    init() {
        let secrets = [SourceSecret(SecretBytes(Self.secret))]
        authenticator = Authenticator(
            sources: SourceKind.allCases.map { kind in
                var source = SourceCredentials(name: "s", kind: kind, account: "a", environment: "e")
                switch kind {
                case .rudderstack:
                    source.secrets = secrets
                    source.signature = .optional
                    source.signingSecrets = secrets
                case .segment: source.sharedSecrets = secrets
                case .trackstack:
                    source.signature = .required
                    source.signingSecrets = secrets
                case .native:
                    source.writeKeys = secrets
                    source.origins = OriginRule("*.shop.example.com").map { [$0] }
                }
                return source
            })
    }

    /// The header that proves a body to come from the sender; nil where the body may contradict it.
    func proof(_ kind: SourceKind, over body: [UInt8]) -> (name: String, value: String)? {
        let key = Array(Self.secret.utf8)
        return switch kind {
        case .rudderstack: ("X-TrackLayer-Secret", Self.secret)
        case .segment: ("X-Signature", Hex.encode(HMAC.code(.sha1, key: key, message: body)))
        case .trackstack:
            ("X-TrackLayer-Signature", "sha256=" + Hex.encode(HMAC.code(.sha256, key: key, message: body)))
        case .native: nil
        }
    }

    func isAccepted(_ kind: SourceKind, _ headers: FuzzHeaders, _ body: [UInt8]) -> Bool {
        let root: Result<JSONValue, RequestFault> = Result { () throws(JSONError) in try document.parse(body) }
            .mapError { _ in RequestFault(.invalidJSON, "the body is not JSON") }
        do throws(RequestFault) {
            let grant = try authenticator.checkHead(kind: kind, headers: headers, now: now)
            _ = try body.withUnsafeBufferPointer { (bytes) throws(RequestFault) in
                try authenticator.checkBody(grant, headers: headers, body: UnsafeRawBufferPointer(bytes), root: root)
            }
            return true
        } catch {
            require(!error.message.contains(Self.secret), "faults never tell a secret")
            return false
        }
    }
}
