/// Where a server listens and how much a client may ask of it.
///
/// Every limit is per connection or per request unless it says otherwise.
public struct HTTPServerConfiguration: Sendable {
    /// A numeric address or a name that resolves to one, such as `127.0.0.1`, `::` or `localhost`.
    public var host: String

    /// The TCP port; 0 lets the system choose one, which ``HTTPServer/port`` then tells.
    public var port: UInt16

    /// How many event loops answer requests, each on a thread of its own.
    public var loopCount = 2

    /// The certificate and key to speak TLS with; none means plain HTTP.
    public var tls: TLSFiles?

    /// The bytes that a request's line and header fields may have together; 64 KiB by default.
    ///
    /// More is answered 431.
    public var headerByteLimit = 64 << 10

    /// How many header fields a request may have; more is answered 431.
    public var headerCountLimit = 100

    /// The bytes that a request's body may have as sent; 32 MiB by default.
    ///
    /// More is answered 413 before it is read. A handler may allow less for a request; see
    /// ``HTTPLoopHandler/admit(_:)``.
    public var bodyByteLimit = 32 << 20

    /// How long a client may be silent within a request, or before its first one; 10 s by default.
    ///
    /// A request that stalls is answered 408.
    public var readTimeout = Duration.seconds(10)

    /// The bytes a second that a client must send while a request is incomplete, measured over ``readTimeout``.
    ///
    /// A slower request is answered 408, so that a trickle of bytes cannot hold a connection for ever.
    public var bytesPerSecondMinimum = 1024

    /// How long a connection may rest between two requests; 75 s by default.
    ///
    /// Longer than the pools of the usual senders keep theirs, so that it is rarely the server that closes first.
    public var idleTimeout = Duration.seconds(75)

    /// How long a client may take no byte of an answer; 10 s by default.
    public var writeTimeout = Duration.seconds(10)

    /// How long a request may wait for its answer until the handler is asked for another; 3 s by default.
    ///
    /// Measured in ticks of the loop, so it may be up to a tenth more. See ``HTTPLoopHandler/lateAnswer(to:)``.
    public var answerTimeout = Duration.seconds(3)

    /// How many connections may be open, those that have sent nothing included.
    ///
    /// The loops share it evenly. At the limit a loop stops accepting: clients wait in the kernel's queue.
    public var connectionLimit = 10_000

    /// A configuration with the default limits.
    public init(host: String, port: UInt16) {
        self.host = host
        self.port = port
    }
}

/// The files of a server's TLS identity.
public struct TLSFiles: Sendable, Equatable {
    /// The path of a PEM file: the server's certificate first, then the intermediate ones.
    public var certificate: String

    /// The path of a PEM file with the certificate's private key, without a pass phrase.
    public var key: String

    /// The identity in these two files.
    public init(certificate: String, key: String) {
        self.certificate = certificate
        self.key = key
    }
}
