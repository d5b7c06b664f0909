/// What this build is.
public enum BuildInformation {
    /// The version, as `tracklayer --version` and the metrics tell it.
    public static let version = "0.1.0"

    /// The version of Swift that it was compiled for, to the minor one.
    static var swiftVersion: String {
        #if swift(>=6.4)
            "6.4 or later"
        #elseif swift(>=6.3)
            "6.3"
        #else
            "6.2"
        #endif
    }

    /// The processor that it was compiled for.
    static var architecture: String {
        #if arch(x86_64)
            "x86_64"
        #elseif arch(arm64)
            "arm64"
        #else
            "other"
        #endif
    }
}
