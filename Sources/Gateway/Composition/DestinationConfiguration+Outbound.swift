import EventModel
import Outbound

extension DestinationConfiguration {
    /// The destination that delivers as configured.
    ///
    /// - Parameter secrets: What `{{secrets.NAME}}` stands for.
    /// - Returns: A destination whose templates are compiled, ready to make requests.
    /// - Throws: Every fault that only compiling the templates finds.
    func destination(secrets: [String: Secret]) throws(DestinationConfigurationError) -> any Destination {
        switch settings {
        case .http(let http): try HTTPDestination(httpConfiguration(http, secrets))
        case .platform(let platform):
            PlatformDestination.make(platform.api, platform.settings(name: name), platformConfiguration(platform))
        }
    }

    private func platformConfiguration(_ platform: PlatformDestinationSettings) -> PlatformDestination.Configuration {
        PlatformDestination.Configuration(
            policy: DeliveryPolicy(
                retry: retry.schedule, concurrencyLimit: concurrency,
                rate: rate.map { SendingRate($0.count, per: $0.period) }, breaker: breaker.policy, ordering: ordering,
                isEnabled: isEnabled),
            options: TransferOptions(
                connectTimeout: min(timeout, .seconds(5)), totalTimeout: timeout,
                allowsPrivateAddresses: allowsPrivateAddresses, route: platform.transport.route))
    }

    /// What the router needs to know.
    var routeRule: RouteRule {
        var policy = routing.policy(events: events, platform: settings.platform)
        if case .platform(let platform) = settings {
            policy.assumesCurrency = platform.settings(name: name).assumedCurrency != nil
        }
        policy.enriches = enrichment.isOn
        return RouteRule(
            destination: name, isEnabled: isEnabled, account: account, environment: environment, filter: routeFilter,
            policy: policy)
    }

    private var routeFilter: RouteFilter {
        RouteFilter(
            eventNames: filter.eventNames.choice(EventListing.canonicalName), platforms: filter.platforms.choice(),
            segments: filter.segments.choice(), conditions: filter.conditions)
    }

    private func httpConfiguration(
        _ http: HTTPDestinationSettings, _ secrets: [String: Secret]
    ) -> HTTPDestinationConfiguration {
        var configuration = HTTPDestinationConfiguration(name: name, url: http.url.text)
        configuration.isEnabled = isEnabled
        configuration.account = account
        configuration.environment = environment
        configuration.method =
            switch http.method {
            case .post: .post
            case .put: .put
            case .patch: .patch
            }
        configuration.headers = http.headers.map { HTTPHeader($0.name, $0.value.revealed) }
        configuration.template = http.template
        configuration.missingFields =
            switch http.missing {
            case .empty: .empty
            case .null: .null
            case .fail: .fail
            }
        configuration.secrets = secrets.mapValues(\.revealed)
        configuration.signingSecrets = http.signing?.secrets.map(\.revealed) ?? []
        configuration.sendsStandardWebhooks = http.signing?.usesStandardWebhooks ?? false
        configuration.retry = retry.schedule
        configuration.totalTimeout = timeout
        configuration.connectTimeout = min(timeout, configuration.connectTimeout)
        configuration.concurrencyLimit = concurrency
        configuration.allowsPrivateAddresses = allowsPrivateAddresses
        configuration.rate = rate.map { SendingRate($0.count, per: $0.period) }
        configuration.ordering = ordering
        configuration.breaker = breaker.policy
        configuration.route = http.transport.route
        return configuration
    }
}

extension BreakerConfiguration {
    /// The policy as the delivery engine follows it; nil if there is none.
    var policy: BreakerPolicy? {
        guard isEnabled else { return nil }
        return BreakerPolicy(failureLimit: failureLimit, cooldown: cooldown, cooldownLimit: cooldownLimit)
    }
}

extension TransportConfiguration {
    /// The route as the HTTP client takes it; nil if nothing is special about it.
    var route: TransferRoute? {
        guard self != TransportConfiguration() else { return nil }
        return TransferRoute(
            certificateAuthorityFile: certificateAuthorityFile, clientCertificateFile: clientCertificateFile,
            clientKeyFile: clientKeyFile, proxy: proxy?.revealed)
    }
}

extension RetryConfiguration {
    /// The schedule as the delivery engine follows it.
    var schedule: RetrySchedule {
        switch backoff {
        case .schedule(let waits):
            RetrySchedule(attemptLimit: attemptLimit, backoff: .list(waits), deadline: deadline)
        case .exponential(let initial, let factor, let maximum, let jitter):
            RetrySchedule(
                attemptLimit: attemptLimit,
                backoff: .exponential(base: initial, factor: factor, jitter: Double(jitter) / 100, limit: maximum),
                deadline: deadline)
        }
    }
}
