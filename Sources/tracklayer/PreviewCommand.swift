import EventModel
import Gateway
import Outbound
import Platform

/// `tracklayer preview`: the exact requests that a destination would be sent; no store, no network.
enum PreviewCommand: Command {
    static let name = "preview"
    static let summary = "show the requests that a destination would be sent for envelopes on standard input"
    static let help = """
        preview --destination D [--config FILE] < envelopes.ndjson
        preview --platform NAME [--set KEY=VALUE …] < envelopes.ndjson

        Reads one JSON envelope a line and prints {"method","url","headers","body"} for each event, or
        {"skipped":"why"}. Secrets are masked unless --show-secrets is given. Nothing is stored or sent, and no token is
        fetched: where one would stand, {access_token} does.

        Without --source, events are read as from a source that keeps in plain what the destination asks for in plain.

        With --destination, an event passes the gates of that destination first: list, class, domain, consent, quality.
        With --platform, a mapping can be tried in one line: of the gates only a denied consent counts. A map's entries
        are set by --set KEY.EVENT=VALUE (--set event_ids.purchase=tw-a-b). docs/destinations/ lists the settings.
        Exit code 0 when every event gives a request, 1 when one does not.
        """
    static let options = [
        Option("--destination", "D", "a destination of the configuration"), .config,
        Option("--platform", "NAME", "an advertising platform, such as meta, without a configuration"),
        Option("--set", "KEY=VALUE", "a setting of the platform; may be given several times"),
        Option("--source", "NAME", "read as this source of the configuration"),
        Option("--kind", "KIND", "rudderstack (default), segment, native or trackstack"),
        Option("--now", "TIME", "the time of day, RFC 3339 (default: now); decides what is too old"),
        Option("--show-secrets", nil, "print tokens and secrets"), .json,
    ]

    static func run(_ arguments: Arguments) throws -> ExitCode {
        guard arguments.positional.isEmpty else {
            throw UsageError("preview reads standard input; it takes no words")
        }
        let now = try arguments.time("--now")
        guard let target = try target(arguments) else { return .usage }
        guard var profile = try SourceProfile.offline(arguments) else { return .usage }
        if arguments.value("--source") == nil {
            profile.keepsPlainUserData = PlatformDestination.wantsPlainUserData(target.destination)
        }
        let filter = PreviewFilter(
            profile: profile, destination: target.destination, gates: target.gates, now: now,
            showsSecrets: arguments.has("--show-secrets"))
        var input = LineReader(descriptor: 0)
        var isComplete = true
        while let line = input.next() {
            for output in filter.lines(for: line) {
                isComplete = isComplete && output.isRequest
                Terminal.out(output.bytes + [UInt8(ascii: "\n")])
            }
        }
        return isComplete ? .done : .failed
    }

    /// What to preview; nil after the faults of the configuration were printed.
    private static func target(
        _ arguments: Arguments
    ) throws -> PreviewTarget? {
        switch (arguments.value("--destination"), arguments.value("--platform")) {
        case (let name?, nil):
            guard arguments.values["--set"] == nil else {
                throw UsageError("--set belongs to --platform; change the configuration instead")
            }
            guard let loaded = ConfigurationFile.load(arguments.configPath) else { return nil }
            guard let target = loaded.previewDestination(named: name) else {
                let known = loaded.configuration.destinations.map(\.name).joined(separator: ", ")
                throw UsageError("--destination \(name): the configuration has no such destination; it has \(known)")
            }
            return target
        case (nil, let name?): return try trial(of: name, arguments.values["--set"] ?? [])
        case (nil, nil), (.some, .some): throw UsageError("say what to preview: --destination D, or --platform NAME")
        }
    }

    private static func trial(of name: String, _ words: [String]) throws -> PreviewTarget {
        guard let platform = AdPlatform(rawValue: name.lowercased()), let api = PlatformCatalog.api(of: platform) else {
            let known = PlatformCatalog.all.map { $0.platform.rawValue }.joined(separator: ", ")
            throw UsageError("--platform \(name): known are \(known)")
        }
        let settings = try settings(api, name, words)
        let configuration = PlatformDestination.Configuration(
            policy: DeliveryPolicy(retry: .platformDefault), options: TransferOptions())
        return PreviewTarget(PlatformDestination.make(api, settings, configuration), gates: .trying(platform))
    }

    private static func settings(
        _ api: any PlatformAPI.Type, _ name: String, _ words: [String]
    ) throws -> PlatformSettings {
        do {
            return try PlatformSettings(api, name: name, words: words)
        } catch {
            throw UsageError(error.faults.map { "--set \($0.setting): \($0.message)" }.joined(separator: "\n"))
        }
    }
}
