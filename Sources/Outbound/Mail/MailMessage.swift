import Crypto
public import Platform

/// One mail of plain text (RFC 5322).
public struct MailMessage: Sendable {
    /// The sender's address, without a name.
    public var from: String
    /// The receivers' addresses, without names.
    public var to: [String]
    /// The subject; line breaks in it become blanks.
    public var subject: String
    /// The text, with `\n` at the end of lines.
    public var text: String
    /// When it is written.
    public var time: Timestamp
    /// Names it; the same for what is sent again.
    public var id: String

    /// A mail from its parts.
    public init(from: String, to: [String], subject: String, text: String, time: Timestamp, id: String) {
        self.from = from
        self.to = to
        self.subject = subject
        self.text = text
        self.time = time
        self.id = id
    }

    /// Bytes of a line of the text; a mail's line may have 998 (RFC 5321, 4.5.3.1.6).
    private static let lineLimit = 76

    /// The mail as it goes over the wire, before dots are doubled.
    ///
    /// All of it is ASCII: what is not is written as `?`, so that no server has to understand more.
    public var bytes: [UInt8] {
        let domain = from.split(separator: "@").last.map(String.init) ?? "localhost"
        var lines = [
            "Date: \(Self.date(time))", "From: TrackLayer Gateway <\(from)>", "To: \(to.joined(separator: ",\r\n "))",
            "Subject: \(Self.oneLine(subject))", "Message-ID: <\(id)@\(domain)>", "MIME-Version: 1.0",
            "Content-Type: text/plain; charset=us-ascii", "Content-Transfer-Encoding: 7bit",
            // Nobody's machine shall answer (RFC 3834, 5).
            "Auto-Submitted: auto-generated", "",
        ]
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) { lines += Self.wrapped(line) }
        return Array(lines.joined(separator: "\r\n").utf8) + [0x0D, 0x0A]
    }

    /// A subject on one line, cut so that it never has to be folded.
    private static func oneLine(_ text: String) -> String { String(ascii(text).prefix(200)) }

    private static func ascii(_ text: some StringProtocol) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.map { (0x20..<0x7F).contains($0.value) ? $0 : "?" }))
    }

    /// A line broken at blanks where it is too long; a word that is longer than a line stays whole up to 900 bytes.
    private static func wrapped(_ line: Substring) -> [String] {
        var lines: [String] = []
        var current = ""
        for word in ascii(line).split(separator: " ", omittingEmptySubsequences: false) {
            if !current.isEmpty, current.utf8.count + 1 + word.utf8.count > lineLimit {
                lines.append(current)
                current = String(word.prefix(900))
            } else {
                current += (current.isEmpty ? "" : " ") + word.prefix(900)
            }
        }
        return lines + [current]
    }

    /// `Tue, 21 Apr 2026 14:12:33 +0000`.
    static func date(_ time: Timestamp) -> String {
        let civil = time.civil
        // 1970 began on a Thursday.
        let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let day = days[((civil.daysSinceEpoch % 7) + 7) % 7]
        return "\(day), \(two(civil.day)) \(months[civil.month - 1]) \(civil.year) "
            + "\(two(civil.hour)):\(two(civil.minute)):\(two(civil.second)) +0000"
    }
}
