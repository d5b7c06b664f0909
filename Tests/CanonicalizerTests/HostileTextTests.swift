import EventModel
import JSON
import Platform
import TestSupport
import Testing

@testable import Canonicalizer

/// No text costs more than its bytes, in whichever field it stands.
///
/// What is checked of each text in each place: nothing traps, what comes out is bounded by what went in, and eight times
/// the text costs about eight times the work (``Growth``).
@Suite struct HostileTextTests {
    /// The shorter text, in bytes.
    private static let byteCount = 256

    @Test("a text costs what it has bytes, in every place", arguments: HostileText.all)
    func everyPlace(_ text: HostileText) {
        let subject = HostileSubject()
        var faults: [String] = []
        for place in HostilePlace.places(for: text) {
            let fault = Growth.fault(from: Self.byteCount) { size, measure in
                subject.take(place.envelope(text.text(byteCount: size)), "\(place)", measure)
            }
            if let fault { faults.append("\(place): \(fault)") }
        }
        #expect(faults.isEmpty, "\(text): \(faults.joined(separator: "; "))")
    }

    @Test("a list or an object costs what it has elements, in every place", arguments: HostileList.all)
    func everyList(_ list: HostileList) {
        let subject = HostileSubject()
        let fault = Growth.fault(from: list.count) { size, measure in
            subject.take(list.envelope(count: size), list.description, measure)
        }
        #expect(fault == nil, "\(list): \(fault ?? "")")
    }

    @Test("a loop within a loop is seen")
    func quadraticWork() {
        let fault = Growth.fault(from: Self.byteCount) { size, measure in
            let text = Array(HostileText("a@b.").text(byteCount: size).utf8)
            measure {
                // What the search for addresses did once: from each place on back to where the text begins.
                var count = 0
                for end in text.indices { for start in 0..<end where text[start] == text[end] { count += 1 } }
                #expect(count > 0)
            }
        }
        #expect(fault != nil)
    }
}

/// One source of the gateway, from JSON to JSON.
final class HostileSubject {
    private let document = JSONDocument()
    private let canonicalizer: Canonicalizer

    init() {
        var source = SourceProfile(name: "shop", kind: .rudderstack, tenant: CanonicalizerHarness.tenant)
        source.defaultCountry = "DE"
        source.defaultCurrency = "EUR"
        canonicalizer = Canonicalizer(source: source)
    }

    /// Parses, canonicalizes and writes one item, and checks that what comes out is bounded.
    func take(_ text: String, _ place: String, _ measure: Growth.Measure) {
        let bytes = Array(text.utf8)
        let limits = JSONLimits(valueCount: 1_000_000)
        let written = measure {
            guard let body = try? document.parse(text, limits: limits) else { return 0 }
            let envelope = Envelope(body: body)
            let transport = TransportFacts(receivedAt: CanonicalizerHarness.now)
            let copy = canonicalizer.rawCopy(of: envelope)
            switch canonicalizer.canonicalize(envelope, transport) {
            case .success(let event): return max(event.json.count, copy.count)
            case .failure: return copy.count
            }
        }
        if written > 4 * bytes.count + 65536 {
            Issue.record("\(place): \(bytes.count) bytes became \(written)")
        }
    }
}
