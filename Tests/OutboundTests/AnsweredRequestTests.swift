import Testing

@testable import Outbound

@Suite struct AnsweredRequestTests {
    private func outcomes(_ verdicts: [AttemptVerdict]) -> [PartOutcome] { verdicts.map { PartOutcome($0, "w") } }

    @Test func whatIsRefusedAsAWholeGoesInHalves() {
        let answered = AnsweredRequest(outcomes([.apart, .apart, .apart, .apart, .apart]))
        #expect(answered.ends == [nil, nil, nil, nil, nil])
        #expect(answered.groups == [[0, 1, 2], [3, 4]])
    }

    @Test func aSingleEventThatIsRefusedAsAWholeIsRejected() {
        let answered = AnsweredRequest(outcomes([.apart]))
        #expect(answered.ends == [PartOutcome(.rejected, "w")])
        #expect(answered.groups.isEmpty)
    }

    @Test func theRestOfARequestGoesTogether() {
        let answered = AnsweredRequest(outcomes([.apart, .rejected, .apart, .transient(retryAfter: nil), .accepted]))
        #expect(answered.groups == [[0, 2]])
        #expect(answered.ends.map { $0?.verdict } == [nil, .rejected, nil, .transient(retryAfter: nil), .accepted])
    }

    @Test func anotherTokenIsHadOnce() {
        let first = AnsweredRequest(outcomes([.unauthorized, .unauthorized]), canRenew: true)
        #expect(first.unauthorized == [0, 1])
        #expect(first.ends == [nil, nil])
        let second = AnsweredRequest(outcomes([.unauthorized]), wasRenewed: true, canRenew: true)
        #expect(second.ends == [PartOutcome(.refused, "w")])
        #expect(second.verdicts(of: outcomes([.unauthorized])) == [.refused])
        let fixed = AnsweredRequest(outcomes([.unauthorized]), canRenew: false)
        #expect(fixed.ends == [PartOutcome(.refused, "w")])
    }

    @Test func aDoubtfulAnswerIsARefusalOnceItsLeniencyIsUsedUp() {
        let verdicts: [AttemptVerdict] = [.doubtful(.once), .rejected]
        let first = AnsweredRequest(outcomes(verdicts))
        #expect(first.ends.map { $0?.verdict } == verdicts)
        #expect(first.groups.isEmpty)
        let second = AnsweredRequest(outcomes(verdicts), isUsedUp: { $0 == .once })
        #expect(second.verdicts(of: outcomes(verdicts)) == [.refused, .rejected])
    }
}
