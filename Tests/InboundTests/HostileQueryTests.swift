import TestSupport
import Testing

@testable import Inbound

/// No query costs more than its bytes (``Growth``).
@Suite struct HostileQueryTests {
    @Test("a query costs what it has bytes", arguments: HostileText.all)
    func queries(_ text: HostileText) {
        for start in ["", "a=", "a=b&", "writeKey="] {
            let fault = Growth.fault(from: 500) { size, measure in
                let query = start + text.text(byteCount: size)
                measure {
                    #expect(QueryString(query).pairs.count <= query.utf8.count)
                    #expect(QueryString(query)["another"] == nil)
                }
            }
            #expect(fault == nil, "\(start)\(text): \(fault ?? "")")
        }
    }
}
