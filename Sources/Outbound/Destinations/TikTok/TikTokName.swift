/// What TikTok would make of a name (reference tiktok, section 3).
enum TikTokName {
    /// What an app's events are called instead.
    private static let appNames = [
        "CompleteRegistration": "Registration", "InitiateCheckout": "Checkout", "Lead": "GenerateLead",
        "AppInstalled": "InstallApp", "AppOpened": "LaunchAPP", "LoginCompleted": "Login",
    ]

    /// Names that TikTok silently turns into one of its own; an event of another meaning must not have one.
    private static let converted: Set<String> = [
        "addbilling", "browse", "checkout", "consult", "registration", "startcheckout", "completepayment",
        "submitform", "placeanorder", "clickbutton",
    ]

    /// Characters of a custom event's name.
    private static let characterLimit = 50

    /// The name of an event as it goes out.
    static func text(of event: PlatformEvent, from source: TikTokSource) -> String {
        if source == .app, let name = appNames[event.name.text] { return name }
        // Of an app these are names of their own, which nothing turns into others.
        if source == .app, appNames.values.contains(event.name.text) { return event.name.text }
        return event.name.isCustom ? custom(event.name.text) : event.name.text
    }

    /// A custom name of characters that TikTok allows, none that means something else there.
    static func custom(_ name: String) -> String {
        var text = ""
        for character in name {
            let isAllowed = character.isASCII && (character.isLetter || character.isNumber) || " _-".contains(character)
            text.append(isAllowed ? character : "_")
        }
        guard converted.contains(text.lowercased()) else { return String(text.prefix(characterLimit)) }
        return text + "Event"
    }
}
