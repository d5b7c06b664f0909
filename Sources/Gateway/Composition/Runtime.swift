import Canonicalizer
import EventModel
import Identity
import Inbound
import Outbound
import Platform
import Storage
import Synchronization

/// One source, ready to take requests.
struct SourceRuntime: Sendable {
    let profile: SourceProfile
    let filter: SourceFilter
    let keepsRawEnvelopes: Bool
    /// Nil when requests are not counted.
    let limiter: RateLimiter?
}

/// What the configuration means for those who handle requests; replaced as a whole by a reload.
final class Runtime: Sendable {
    let configuration: GatewayConfiguration
    let authenticator: Authenticator
    /// In the order of ``Authenticator/sources``.
    let sources: [SourceRuntime]
    let commitSettings: CommitSettings
    let destinations: [any Destination]

    /// Makes everything that a configuration asks for, and gives new names their numbers in the store.
    ///
    /// - Throws: ``ConfigurationError`` with what only making it finds, or a ``StoreError``.
    init(_ loaded: LoadedConfiguration, registry: NumberRegistry) throws {
        configuration = loaded.configuration
        authenticator = Authenticator(sources: configuration.sources.map(\.credentials))
        sources = try configuration.sources.map { source in
            let tenant = try registry.tenant(account: source.account, environment: source.environment)
            return SourceRuntime(
                profile: source.profile(of: tenant), filter: SourceFilter(source),
                keepsRawEnvelopes: source.keepsRawEnvelopes, limiter: source.rateLimit.map { RateLimiter($0) })
        }
        destinations = try loaded.makeDestinations()
        for destination in configuration.destinations { _ = try registry.destination(destination.name) }
        commitSettings = CommitSettings(configuration)
    }

    /// What each destination demands of consent.
    var consentPolicies: [String: ConsentPolicy] {
        // Names of destinations are distinct.
        Dictionary(uniqueKeysWithValues: configuration.destinations.map { ($0.name, $0.routeRule.policy.consent) })
    }

    /// The destinations whose events are completed with what is known of their persons.
    var enrichedDestinations: Set<String> {
        Set(configuration.destinations.filter(\.enrichment.isOn).map(\.name))
    }

    /// The places in which an event may have come in.
    var places: [EventPlace] {
        Array(Set(sources.map { EventPlace(tenant: $0.profile.tenant, source: $0.profile.name) }))
    }
}

extension LoadedConfiguration {
    /// The destinations, with the faults of all that do not compile.
    public func checkDestinations() -> [ConfigurationFault] {
        configuration.destinations.flatMap { destination -> [ConfigurationFault] in
            do throws(DestinationConfigurationError) {
                _ = try destination.destination(secrets: configuration.secrets)
                return []
            } catch {
                return error.faults.map { fault(at: "destinations[\(destination.name)].\($0.setting)", $0.message) }
            }
        }
    }

    func makeDestinations() throws(ConfigurationError) -> [any Destination] {
        let faults = checkDestinations()
        guard faults.isEmpty else { throw ConfigurationError(faults: faults) }
        return configuration.destinations.compactMap { try? $0.destination(secrets: configuration.secrets) }
    }
}

extension GatewayConfiguration {
    /// Who says which segments an event is in; in the order of their names.
    var segmentTable: SegmentTable {
        SegmentTable(
            segments.sorted { $0.key < $1.key }.map { SegmentRule($0.key, $0.value.map(\.segmentCase)) })
    }
}

extension CommitSettings {
    init(_ configuration: GatewayConfiguration) {
        dedup.message = configuration.dedup.window
        dedup.event = configuration.dedup.window
        identity.strongPerType = configuration.identity.strongLimit
        identity.weakPerType = configuration.identity.weakLimit
        identity.weakWindow = configuration.identity.weakWindow
        identity.profileSize = configuration.identity.profileIdentifierLimit
        identity.mergeCount = configuration.identity.profileMergeLimit
        identity.uniqueLinksBeforeBlock = configuration.identity.sharedValueLimit
        segments = configuration.segmentTable
        router = Router(configuration.destinations.map(\.routeRule), catalog: EventRegistry.catalog)
        orderedDestinations = Set(configuration.destinations.filter { $0.ordering == .profile }.map(\.name))
        settleDelays = Dictionary(
            uniqueKeysWithValues: configuration.destinations.map { ($0.name, $0.enrichment.settleDelay) }
        ).filter { $0.value > .zero }
    }
}

/// The runtime in force, for many threads that look at it with every request.
final class RuntimeHolder: Sendable {
    private let current: Guarded<Runtime>
    private let generation = Atomic<UInt64>(1)

    init(_ runtime: Runtime) { current = Guarded(runtime) }

    /// Rises with every change; one relaxed load, so that a thread can keep its own reference until then.
    var currentGeneration: UInt64 { generation.load(ordering: .acquiring) }

    /// The runtime in force.
    var runtime: Runtime { current.withLock { $0 } }

    /// Puts another runtime in force.
    func replace(_ runtime: Runtime) {
        current.withLock { $0 = runtime }
        generation.add(1, ordering: .releasing)
    }
}
