/// A destination whose requests carry an access token that has to be renewed.
///
/// The engine renews it ahead of time, lets deliveries wait while there is none, and has it renewed once when the
/// destination says ``AttemptVerdict/unauthorized``. The destination reads ``TokenKeeper/accessToken(at:)`` while it makes
/// a request: in `prepare`, or in `joined` if it takes several events in one. While it reads nil the engine sends nothing.
public protocol AuthorizedDestination: Destination {
    /// The tokens; destinations with the same credentials may share them.
    var tokens: TokenKeeper { get }
}
