import EventModel
import Platform

extension IdentityNode {
    // version · type · value · parent · first seen · first event · refused uniques · blocked · size · merges · smallest ·
    // type counts
    init(reading bytes: [UInt8], id: NodeID) throws(MalformedRecord) {
        var reader = try ByteReader(record: bytes)
        let identifier = Identifier(
            type: try IdentifierType(reading: &reader), value: try reader.text(), node: id)
        let parent = try reader.node()
        self.init(identifier, firstSeen: try reader.shortTime(), firstEvent: try reader.sequence())
        self.parent = parent
        refusedUniques = try reader.list { reader throws(MalformedRecord) in try reader.node() }
        isBlocked = try reader.flag()
        size = try reader.varint(as: UInt32.self)
        mergeCount = try reader.varint(as: UInt32.self)
        smallest = try reader.node()
        typeCounts = try reader.list { reader throws(MalformedRecord) in try TypeCount(reading: &reader) }
        try reader.finish()
    }

    func append(to bytes: inout [UInt8]) {
        bytes.append(RecordVersion.current)
        type.append(to: &bytes)
        bytes.appendText(value)
        bytes.appendNode(parent)
        bytes.appendShortTime(firstSeen)
        bytes.appendInteger(firstEvent.value)
        bytes.appendList(refusedUniques) { $0.appendNode($1) }
        bytes.appendFlag(isBlocked)
        bytes.appendVarint(size)
        bytes.appendVarint(mergeCount)
        bytes.appendNode(smallest)
        bytes.appendList(typeCounts) { $1.append(to: &$0) }
    }
}

extension IdentityNode.TypeCount {
    // type · total · recent counts · newest period
    init(reading reader: inout ByteReader) throws(MalformedRecord) {
        self.init(
            type: try IdentifierType(reading: &reader), total: try reader.varint(as: UInt32.self),
            recent: try reader.list { reader throws(MalformedRecord) in try reader.varint(as: UInt16.self) },
            newestPeriod: try reader.signedVarint())
    }

    func append(to bytes: inout [UInt8]) {
        type.append(to: &bytes)
        bytes.appendVarint(total)
        bytes.appendList(recent) { $0.appendVarint($1) }
        bytes.appendSignedVarint(newestPeriod)
    }
}

extension IdentifierType {
    // The trust rank, which is never renumbered, and behind that of external ids their name.
    init(reading reader: inout ByteReader) throws(MalformedRecord) {
        let rank = try reader.integer(UInt8.self)
        if rank == IdentifierType.external("").trustRank {
            self = .external(try reader.text())
        } else if let type = Self.fixed.first(where: { $0.trustRank == rank }) {
            self = type
        } else {
            throw MalformedRecord(reason: "an identifier's type is unknown")
        }
    }

    func append(to bytes: inout [UInt8]) {
        bytes.append(trustRank)
        if case .external(let name) = self { bytes.appendText(name) }
    }
}

extension IdentityEdge {
    // version · decision · earlier decisions; the same under both ends
    init(reading bytes: [UInt8], between node: NodeID, and neighbour: NodeID) throws(MalformedRecord) {
        var reader = try ByteReader(record: bytes)
        self.init(
            first: min(node, neighbour), second: max(node, neighbour), decision: try EdgeDecision(reading: &reader),
            earlier: try reader.list { reader throws(MalformedRecord) in try EdgeDecision(reading: &reader) })
        try reader.finish()
    }

    func append(to bytes: inout [UInt8]) {
        bytes.append(RecordVersion.current)
        decision.append(to: &bytes)
        bytes.appendList(earlier) { $1.append(to: &$0) }
    }
}

extension EdgeDecision {
    // refusal, 0 for none · authority · event · seen at · rule version · merge
    init(reading reader: inout ByteReader) throws(MalformedRecord) {
        let refusalCode = try reader.integer(UInt8.self)
        let refusal = EdgeRefusal.allCases.first { $0.recordCode == refusalCode }
        guard refusalCode == 0 || refusal != nil else {
            throw MalformedRecord(reason: "an edge's refusal is unknown")
        }
        let authorityCode = try reader.integer(UInt8.self)
        guard let authority = EdgeAuthority.allCases.first(where: { $0.recordCode == authorityCode }) else {
            throw MalformedRecord(reason: "an edge's authority is unknown")
        }
        self.init(
            event: try reader.sequence(), seenAt: try reader.shortTime(),
            ruleVersion: try reader.varint(as: UInt16.self),
            authority: authority, refusal: refusal,
            merge: try reader.optional { reader throws(MalformedRecord) in try EdgeMerge(reading: &reader) })
    }

    func append(to bytes: inout [UInt8]) {
        bytes.append(refusal?.recordCode ?? 0)
        bytes.append(authority.recordCode)
        bytes.appendInteger(event.value)
        bytes.appendShortTime(seenAt)
        bytes.appendVarint(ruleVersion)
        bytes.appendOptional(merge) { $1.append(to: &$0) }
    }
}

extension EdgeMerge {
    // first profile · second profile · first size · second size
    init(reading reader: inout ByteReader) throws(MalformedRecord) {
        self.init(
            first: ProfileID(try reader.node()), second: ProfileID(try reader.node()),
            firstSize: try reader.varint(as: UInt32.self), secondSize: try reader.varint(as: UInt32.self))
    }

    func append(to bytes: inout [UInt8]) {
        bytes.appendNode(first.node)
        bytes.appendNode(second.node)
        bytes.appendVarint(firstSize)
        bytes.appendVarint(secondSize)
    }
}

extension EdgeRefusal {
    /// The value in records, never renumbered; 0 is an edge that joins.
    var recordCode: UInt8 {
        switch self {
        case .uniqueConflict: 1
        case .typeLimit: 2
        case .sizeLimit: 3
        case .mergeLimit: 4
        case .blockedValue: 5
        case .businessIDConflict: 6
        }
    }
}

extension EdgeAuthority {
    /// The value in records, never renumbered.
    var recordCode: UInt8 {
        switch self {
        case .observed: 1
        case .linkCall: 2
        case .operatorAction: 3
        }
    }
}
