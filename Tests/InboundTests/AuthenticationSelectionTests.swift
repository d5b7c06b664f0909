import EventModel
import Testing

@testable import Inbound

/// Several sources behind one path: the one whose proofs hold is meant.
@Suite struct AuthenticationSelectionTests {
    private static let staging = SourceCredentials.rudderstack([SourceSecret("staging-secret")]).with {
        $0.name = "staging"
        $0.environment = "staging"
    }

    private static let production = SourceCredentials.rudderstack()

    @Test("the secret chooses")
    func secretChooses() throws {
        let run = AuthenticationRun([Self.production, Self.staging])
        #expect(try run.whole(["X-TrackLayer-Secret": "s3cret"]).get().sourceIndex == 0)
        #expect(try run.whole(["X-TrackLayer-Secret": "staging-secret"]).get().sourceIndex == 1)
        #expect(run.whole(["X-TrackLayer-Secret": "neither"]).faultCode == .secretInvalid)
        #expect(run.whole([:]).faultCode == .secretMissing)
    }

    @Test("row 7: the staging secret with the production header goes nowhere")
    func noCrossover() {
        let run = AuthenticationRun([Self.production, Self.staging])
        let headers: HeaderLines = ["X-TrackLayer-Secret": "staging-secret", "X-TrackLayer-Environment": "production"]
        #expect(run.whole(headers).faultCode == .environmentMismatch)
    }

    @Test("the same secret twice needs the headers that tell the sources apart")
    func sameSecret() throws {
        let other = Self.staging.with { $0.secrets = Self.production.secrets }
        let run = AuthenticationRun([Self.production, other])
        let secret: HeaderLines = ["X-TrackLayer-Secret": "s3cret"]
        #expect(run.whole(secret).faultCode == .environmentMismatch)
        #expect(try run.whole(secret.adding("X-TrackLayer-Environment", "staging")).get().sourceIndex == 1)
        #expect(try run.whole(secret.adding("X-TrackLayer-Environment", "production")).get().sourceIndex == 0)
        #expect(run.whole(secret.adding("X-TrackLayer-Environment", "test")).faultCode == .environmentMismatch)

        let accounts = AuthenticationRun([Self.production, Self.production.with { $0.account = "acct_2" }])
        #expect(accounts.whole(secret).faultCode == .accountMismatch)
        #expect(try accounts.whole(secret.adding("X-TrackLayer-Account", "acct_2")).get().sourceIndex == 1)
    }

    @Test("two sources of one account and environment with one secret: the first is meant")
    func sameTenant() throws {
        let run = AuthenticationRun([Self.production, Self.production.with { $0.name = "second" }])
        #expect(try run.whole(["X-TrackLayer-Secret": "s3cret"]).get().sourceIndex == 0)
    }

    @Test("a disabled twin does not stop an enabled one")
    func disabledTwin() throws {
        let run = AuthenticationRun([Self.production.with { $0.isEnabled = false }, Self.production])
        #expect(try run.whole(["X-TrackLayer-Secret": "s3cret"]).get().sourceIndex == 1)
    }

    @Test("signatures choose among sources whose header proves nothing")
    func signatureChooses() throws {
        let first = SourceCredentials.segment([SourceSecret("one")])
        let second = SourceCredentials.segment([SourceSecret("two")]).with { $0.environment = "staging" }
        let run = AuthenticationRun([first, second])
        #expect(try run.whole(["X-Signature": Signing.sha1("two", "{}")], body: "{}").get().sourceIndex == 1)
        #expect(try run.whole(["X-Signature": Signing.sha1("one", "{}")], body: "{}").get().sourceIndex == 0)
        #expect(run.whole(["X-Signature": Signing.sha1("three", "{}")], body: "{}").faultCode == .signatureMismatch)
        let staging: HeaderLines = ["X-Signature": Signing.sha1("one", "{}"), "X-TrackLayer-Environment": "staging"]
        #expect(run.whole(staging, body: "{}").faultCode == .signatureMismatch)
    }

    @Test("a source proven in the header comes before one that waits for the body")
    func likeliestFirst() throws {
        let signed = SourceCredentials.segment()
        let secret = SourceCredentials.segment([]).with { $0.secrets = [SourceSecret("s3cret")] }
        let run = AuthenticationRun([signed, secret])
        let grant = try run.head(["X-TrackLayer-Secret": "s3cret"]).get()
        #expect(grant.sourceIndices == [1, 0])
        #expect(try run.whole(["X-TrackLayer-Secret": "s3cret"]).get().sourceIndex == 1)
        #expect(run.whole(["X-TrackLayer-Secret": "wrong"]).faultCode == .signatureMissing)
    }

    @Test("every kind of proof that a source names is demanded")
    func allProofs() {
        let source = SourceCredentials.segment().with { $0.secrets = [SourceSecret("s3cret")] }
        let run = AuthenticationRun(source)
        let signature = Signing.sha1("segment-secret", "{}")
        #expect(run.whole(["X-Signature": signature, "X-TrackLayer-Secret": "s3cret"], body: "{}").faultCode == nil)
        #expect(run.whole(["X-Signature": signature], body: "{}").faultCode == .secretMissing)
        #expect(run.whole(["X-TrackLayer-Secret": "s3cret"], body: "{}").faultCode == .signatureMissing)
    }
}
