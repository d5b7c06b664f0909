public import EventModel
public import Platform

/// Decides which source a request belongs to, and whether it proves so.
///
/// Pure: no clock, no I/O.
///
/// Several sources may stand behind one route. Every source of the route's kind is tried with every secret it lists, in
/// constant time and without stopping at the first that matches; the source is the one whose proofs all hold. Faults say
/// a code and nothing about which part was wrong.
public struct Authenticator: Sendable {
    /// All sources, in the order of the configuration.
    public let sources: [SourceCredentials]
    private let indices: [SourceKind: [Int]]

    /// An authenticator for these sources; those that demand no proof let nobody in.
    public init(sources: [SourceCredentials]) {
        self.sources = sources
        indices = Dictionary(grouping: sources.indices.filter { sources[$0].demandsProof }) { sources[$0].kind }
    }

    /// First step, before the body is looked at: header secrets, Basic and query write keys, account, environment, origin.
    ///
    /// - Parameters:
    ///   - kind: The kind of source that the route is for.
    ///   - headers: The request's header.
    ///   - queryWriteKey: The decoded `writeKey` parameter of the query, which beacons send.
    ///   - now: The time that decides which secrets have ended.
    /// - Returns: The sources that the request may still belong to.
    /// - Throws: The fault to answer with (reference inbound, section 9, rows 1-7, 12-17).
    public func checkHead(
        kind: SourceKind, headers: some HeaderReading, queryWriteKey: String? = nil, now: Timestamp
    ) throws(RequestFault) -> HeadGrant {
        guard let indices = indices[kind] else {
            throw RequestFault(
                .notFound, "no source of kind \(kind.rawValue) is configured; add one to the configuration")
        }
        let head = try HeadFacts(headers, queryWriteKey: queryWriteKey, now: now)
        var candidates: [HeadGrant.Candidate] = []
        var faults: [StagedFault] = []
        for index in indices {
            switch head.candidate(index, sources[index]) {
            case .success(let candidate): candidates.append(candidate)
            case .failure(let fault): faults.append(fault)
            }
        }
        // Which source is meant is not known before a key in the body is: until then no policy can refuse it.
        let open = candidates.filter { $0.policyFault == nil || $0.isKeyPending }
        guard !open.isEmpty else { throw StagedFault.furthest(of: faults + candidates.compactMap(\.policyFault)) }
        let ordered = open.count == 1 ? open : open.filter(\.hasHeadProof) + open.filter { !$0.hasHeadProof }
        return HeadGrant(candidates: ordered, writeKey: head.writeKey, now: now)
    }
}

/// What the head of a request proved, to be completed by ``Authenticator/checkBody(_:headers:body:root:)``.
public struct HeadGrant: Sendable {
    struct Candidate: Sendable {
        let index: Int
        /// Whether `X-TrackLayer-Secret` is one of this source's.
        var hasSecretProof = false
        /// Whether the write key of the head is one of this source's.
        var hasKeyProof = false
        /// Whether the source demands a write key that the head did not have.
        var isKeyPending = false
        /// Why the source would refuse the request although its proofs hold.
        var policyFault: StagedFault?
        var notes = NoteList()

        var hasHeadProof: Bool { hasSecretProof || hasKeyProof }
    }

    /// Those with a proof in the head first, then in the order of the configuration; never empty.
    let candidates: [Candidate]
    /// The write key of `Authorization` or the query.
    let writeKey: SecretBytes?
    let now: Timestamp

    /// The positions of the sources that may still be meant in ``Authenticator/sources``, the likeliest first.
    public var sourceIndices: [Int] { candidates.map(\.index) }
}

/// A fault and how far the request got with the source that made it.
///
/// Of several sources' faults, that of the source which got furthest is answered: it is the one that was meant.
struct StagedFault: Error, Sendable {
    enum Stage: Int, Sendable { case proof, account, environment, enabled, origin }

    let stage: Stage
    let fault: RequestFault

    init(_ stage: Stage, _ fault: RequestFault) {
        self.stage = stage
        self.fault = fault
    }

    /// The fault of the source that the request got furthest with, the first of several.
    static func furthest(of faults: [StagedFault]) -> RequestFault {
        guard var furthest = faults.first else { preconditionFailure("a request was refused without a fault") }
        for fault in faults where fault.stage.rawValue > furthest.stage.rawValue { furthest = fault }
        return furthest.fault
    }
}
