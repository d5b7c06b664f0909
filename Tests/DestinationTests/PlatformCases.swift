import Canonicalizer
import EventModel
import Foundation
import Gateway
import Outbound
import Platform
import TestSupport
import Testing

/// The cases of one platform, from `Cases/PLATFORM.json`; docs/adr/0019-ad-platforms.md says what is in it.
struct PlatformCases: Sendable {
    let api: any PlatformAPI.Type
    let tree: JSONTree

    /// Settings that every case has.
    var settings: [String] { tree["set"]?.elements.compactMap(\.string) ?? [] }
    /// The time of day, unless a case has its own.
    var now: String { tree["now"]?.string ?? "" }
    /// Where an event stands in the body of a request.
    var eventPath: String { tree["event"]?.string ?? "" }
    /// Where an event's name stands below that.
    var namePath: String { tree["name"]?.string ?? "" }
    /// Where a custom event's name stands, where that is another place.
    var customNamePath: String { tree["custom_name"]?.string ?? namePath }
    /// The envelope of the reference's worked example, which cases change.
    var envelope: JSONTree { tree.at("worked_example.envelope") ?? .null }
    var cases: [JSONTree] { tree["cases"]?.elements ?? [] }

    static let all: [PlatformCases] = PlatformCatalog.all.map { api in
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("Cases/\(api.platform.rawValue).json")
        do {
            return PlatformCases(api: api, tree: try JSONTree(try Data(contentsOf: file)))
        } catch {
            preconditionFailure("\(file.lastPathComponent): \(error)")
        }
    }

    /// What `tracklayer preview` prints for an envelope.
    ///
    /// Of the gates only a denied consent counts, or none at all.
    func preview(
        _ envelope: JSONTree, settings: [String] = [], now: String? = nil, kind: String? = nil,
        demandsConsent: Bool = true
    ) throws -> JSONTree {
        let time = try #require(RFC3339.timestamp(now ?? self.now))
        let kind = try #require(SourceKind(rawValue: kind ?? "rudderstack"))
        let all = try PlatformSettings(api, name: "test", words: self.settings + settings)
        let destination = PlatformDestination.make(
            api, all,
            PlatformDestination.Configuration(
                policy: DeliveryPolicy(retry: .platformDefault), options: TransferOptions()))
        var profile = SourceProfile(name: "test", kind: kind, tenant: .offline)
        profile.keepsPlainUserData = PlatformDestination.wantsPlainUserData(destination)
        let filter = PreviewFilter(
            profile: profile, destination: destination,
            gates: demandsConsent ? .trying(api.platform) : .consent(ConsentPolicy()), now: time, showsSecrets: true)
        let lines = filter.lines(for: Array(envelope.text.utf8))
        try #require(lines.count == 1)
        return try JSONTree(lines[0].bytes)
    }
}

/// One case of one platform.
struct PlatformCase: Sendable, CustomTestStringConvertible {
    let platform: PlatformCases
    let tree: JSONTree

    var name: String { tree["case"]?.string ?? "without a name" }
    var testDescription: String { "\(platform.api.platform.rawValue): \(name)" }

    var envelope: JSONTree {
        tree["envelope"] ?? platform.envelope.merged(with: tree["change"] ?? .object([:]))
    }

    func run() throws -> JSONTree {
        try platform.preview(
            envelope, settings: tree["set"]?.elements.compactMap(\.string) ?? [], now: tree["now"]?.string,
            kind: tree["kind"]?.string, demandsConsent: tree["consent"]?.string != "not demanded")
    }

    static let all: [PlatformCase] = PlatformCases.all.flatMap { platform in
        platform.cases.map { PlatformCase(platform: platform, tree: $0) }
    }
}

@Suite struct PlatformCaseTests {
    /// The request of the reference's worked example, value by value.
    @Test(arguments: PlatformCases.all.indices)
    func theWorkedExampleComesOutAsWritten(_ index: Int) throws {
        let platform = PlatformCases.all[index]
        let example = try #require(platform.tree["worked_example"])
        let request = try platform.preview(
            platform.envelope, settings: example["set"]?.elements.compactMap(\.string) ?? [])
        let wanted = try #require(example["request"])
        #expect(request["url"] == wanted["url"])
        #expect(request["method"] == wanted["method"])
        #expect(request.differences(from: .object(["headers": wanted["headers"] ?? .null])) == [])
        // Both ways, so that nothing more is sent either.
        #expect(try #require(request["body"]).differences(from: try #require(wanted["body"])) == [])
        #expect(try #require(wanted["body"]).differences(from: try #require(request["body"])) == [])
    }

    @Test(arguments: PlatformCases.all.indices)
    func aPlatformHasCasesEnough(_ index: Int) {
        #expect(PlatformCases.all[index].cases.count >= 25)
        let names = PlatformCases.all[index].cases.compactMap { $0["case"]?.string }
        #expect(Set(names).count == PlatformCases.all[index].cases.count)
    }

    @Test(arguments: PlatformCase.all)
    func aCaseGivesWhatItSays(_ example: PlatformCase) throws {
        let line = try example.run()
        if let reason = example.tree["skipped"]?.string {
            #expect(line["skipped"]?.string?.hasPrefix(reason) == true, "got \(line)")
            return
        }
        let body = try #require(line["body"], "skipped: \(line)")
        if let pattern = example.tree["expect"] {
            let event = try #require(body.at(example.platform.eventPath))
            #expect(event.differences(from: pattern) == [], "got \(event)")
        }
        if let pattern = example.tree["request"] { #expect(line.differences(from: pattern) == [], "got \(line)") }
        // Every case says something.
        #expect(example.tree["expect"] != nil || example.tree["request"] != nil)
    }

    /// Every row of a platform's table, sent as its canonical name, goes out under the name that the table says.
    ///
    /// Where the operator makes the events (`wire_names` is the setting that says which), any name will do.
    @Test(arguments: PlatformCases.all.indices)
    func everyEventOfTheTableGoesOutUnderItsName(_ index: Int) throws {
        let platform = PlatformCases.all[index]
        let exceptions = platform.tree["names"]?.members ?? [:]
        for event in platform.api.events.events where !event.hasPrefix("custom.") {
            let envelope = platform.envelope.merged(with: .object(["event": .string(event)]))
            let setting = platform.tree["wire_names"]?.string
            let line = try platform.preview(envelope, settings: setting.map { ["\($0).\(event)=4711"] } ?? [])
            if let reason = exceptions[event] {
                let got = line["skipped"] ?? line["body"]?.at(platform.eventPath)?.at(platform.namePath)
                let isAsSaid = got == reason || got?.string?.hasPrefix(reason.string ?? "?") == true
                #expect(isAsSaid, "\(event): \(line)")
                continue
            }
            let sent = line["body"]?.at(platform.eventPath)
            switch platform.api.events[event] {
            case .standard(let text), .custom(let text):
                let name = sent?.at(platform.namePath)?.string
                let isCustom = name == "CUSTOM" && sent?.at(platform.customNamePath)?.string == text
                let isAsSaid =
                    setting == nil ? name == text || isCustom : (name?.hasSuffix("4711") == true || name == event)
                #expect(isAsSaid, "\(event): \(line)")
            case .never: #expect(line["skipped"] != nil, "\(event)")
            case nil: Issue.record("\(event) is no row")
            }
        }
    }

    /// The 66 events and TrackLayer's own each have a row.
    @Test(arguments: PlatformCases.all.indices)
    func theTableKnowsEveryEventThatABlankListLetsThrough(_ index: Int) {
        let platform = PlatformCases.all[index]
        let missing = EventRegistry.definitions
            .filter { $0.routing != .namedOnly && $0.routing != .identityOnly }
            .map(\.name.text).filter { platform.api.events[$0] == nil }
        #expect(missing == [])
    }

    /// No default list names an event that the platform is never sent.
    @Test(arguments: PlatformCases.all.indices)
    func defaultsAreSent(_ index: Int) {
        let platform = PlatformCases.all[index]
        for event in platform.api.platform.defaultEvents {
            if case .never(let reason) = platform.api.events[event] { Issue.record("\(event): \(reason)") }
        }
    }

    @Test func secretsAreMasked() throws {
        for platform in PlatformCases.all {
            let settings = try PlatformSettings(platform.api, name: "test", words: platform.settings)
            let api = platform.api.init(settings)
            for setting in platform.api.settings {
                guard case .secret = setting.form, let secret = settings.text(setting.name) else { continue }
                #expect(api.secrets.contains(secret), "\(platform.api.platform.rawValue).\(setting.name)")
            }
            #expect(!"\(settings)".contains("="))
        }
    }
}
