import EventModel
import FuzzSupport
import Gateway
import JSON
import Platform

/// Bodies of every kind of source: nothing traps, each line is JSON, the same input gives the same lines, and an e-mail
/// address in a field about the person never comes out.
///
/// The last byte chooses the kind and the field that the address is planted in.
@c(LLVMFuzzerTestOneInput)
public func fuzzCanonicalizer(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    var input = FuzzInput(start, count)
    let harness = input.choice(of: CanonicalizerHarness.all)
    let field = input.choice(of: CanonicalizerHarness.plantedFields)
    let lines = harness.lines(for: input.bytes)
    require(harness.lines(for: input.bytes) == lines, "the same body gives the same lines")
    if let planted = CanonicalizerHarness.plant(field, in: input.bytes) {
        for line in harness.lines(for: planted) {
            let text = String(decoding: line, as: UTF8.self).lowercased()
            require(!text.contains(CanonicalizerHarness.localPart), "no address leaves in clear text")
        }
    }
    return 0
}

/// A filter and the means to check what it gives.
private struct CanonicalizerHarness {
    // libFuzzer calls from one thread, one input after another.
    nonisolated(unsafe) static let all = SourceKind.allCases.map { CanonicalizerHarness(kind: $0) }

    /// A name that no input has.
    static let localPart = "zq7.planted"

    /// Members that say who the person is; `@` stands for the address.
    static let plantedFields = [
        #""traits":{"email":"@"}"#, #""context":{"traits":{"email":"@"}}"#, #""properties":{"email":"@"}"#,
        #""userId":"@""#, #""properties":{"customer_email":"@"}"#, #""traits":{"emailAddress":" @ "}"#,
        #""context":{"page":{"url":"https://shop.example.com/?email=@"}}"#, #""anonymousId":"@""#, #""previousId":"@""#,
    ]

    private let filter: CanonicalizeFilter
    private let checker = JSONDocument()

    init(kind: SourceKind) {
        var profile = SourceProfile(name: "fuzz", kind: kind, tenant: .offline)
        profile.defaultCurrency = "EUR"
        profile.defaultCountry = "DE"
        filter = CanonicalizeFilter(profile: profile, now: Timestamp(seconds: 1_776_953_553))
    }

    /// The body with the field at the beginning of its first object; nil if it has none.
    static func plant(_ field: String, in body: [UInt8]) -> [UInt8]? {
        guard let brace = body.firstIndex(of: UInt8(ascii: "{")) else { return nil }
        let member = field.split(separator: "@", omittingEmptySubsequences: false)
            .joined(separator: "Zq7.Planted@Mail.Example.com")
        let isEmpty = body[(brace + 1)...].first { $0 > 0x20 } == UInt8(ascii: "}")
        return body[...brace] + Array((member + (isEmpty ? "" : ",")).utf8) + body[(brace + 1)...]
    }

    func lines(for body: [UInt8]) -> [[UInt8]] {
        filter.lines(for: body).map { line in
            let limits = JSONLimits(depth: 128, valueCount: 1_000_000)
            // Whatever the fault of the JSON is, the law is broken.
            let isObject = (try? checker.parse(line.bytes, limits: limits))?.kind == .object
            require(isObject, "a line is one JSON object")
            require(!line.bytes.contains(UInt8(ascii: "\n")), "a line is one line")
            return line.bytes
        }
    }
}
