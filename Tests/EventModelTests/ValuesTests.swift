import EventModel
import Testing

@Suite struct ValuesTests {
    @Test("identifier types have one name each, and the name gives the type back")
    func identifierTypes() {
        let types = IdentifierType.fixed + [.external("shopify"), .external("a.b")]
        #expect(Set(types.map(\.name)).count == types.count)
        #expect(Set(IdentifierType.fixed.map(\.trustRank)).count == IdentifierType.fixed.count)
        for type in types { #expect(IdentifierType(name: type.name) == type) }
        for name in ["", "external.", "external", "unknown", "USER_ID"] { #expect(IdentifierType(name: name) == nil) }
    }

    @Test("stronger identifiers come first, external ids among them by name")
    func identifierOrder() {
        let sorted: [IdentifierType] = [
            .userID, .email, .phone, .crmID, .leadID, .loyaltyID, .customerID, .external("a"), .external("b"),
            .anonymousID, .firstPartyCookie, .fbp, .fbc, .gaClientID, .deviceID, .advertisingID,
        ]
        #expect(sorted.reversed().sorted() == sorted)
        #expect(sorted.map(\.trust) == sorted.map(\.trust).sorted())
    }

    @Test("two consent answers together: denied wins, then granted")
    func consent() {
        let all = ConsentAnswer.allCases
        for left in all {
            for right in all {
                let expected: ConsentAnswer =
                    left == .denied || right == .denied
                    ? .denied : left == .granted || right == .granted ? .granted : .unknown
                #expect(left.combined(with: right) == expected)
                #expect(right.combined(with: left) == expected)
            }
        }
        var state = ConsentState()
        for purpose in ConsentPurpose.allCases {
            #expect(state[purpose] == .unknown)
            state[purpose] = .denied
            #expect(ConsentPurpose.allCases.filter { state[$0] == .denied }.contains(purpose))
        }
    }

    @Test("notes keep their order and come once")
    func notes() {
        var notes = NoteList()
        notes.add(.numericID)
        notes.add(.duplicateKey)
        notes.add(.numericID)
        var others = NoteList()
        others.add(.fieldConflict)
        others.add(.duplicateKey)
        notes.add(others)
        #expect(notes.notes == [.numericID, .duplicateKey, .fieldConflict])
        #expect(notes.contains(.fieldConflict))
        #expect(!notes.contains(.eventLarge))
        #expect(!notes.isEmpty)
        #expect(NoteList().isEmpty)
    }

    @Test("only items that nobody wants, or may have, are ignored rather than rejected")
    func rejections() {
        let ignored = Rejection.Code.allCases.filter { Rejection($0, "").isIgnored }
        #expect(ignored == [.typeUnsupported, .filtered, .erased])
    }

    @Test("custom names are told from the registry's")
    func eventNames() {
        #expect(EventName("custom.thing").isCustom)
        #expect(!EventName("purchase").isCustom)
        #expect("\(EventName("purchase"))" == "purchase")
    }

    @Test("a profile id is its smallest node in 32 hexadecimal digits")
    func profileID() {
        let id = ProfileID(NodeID(high: 0x0101_0000_0000_00AB, low: 0xC))
        #expect("\(id)" == "prf_01010000000000ab000000000000000c")
        #expect(id.node.trust == .unique)
        #expect(id.node.trustRank == 1)
        #expect(NodeID(high: 0, low: 0).trust == nil)
        #expect(NodeID(high: 1, low: 9) < NodeID(high: 2, low: 0))
    }
}
