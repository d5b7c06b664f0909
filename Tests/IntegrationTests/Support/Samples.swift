/// Envelopes as senders write them.
enum Samples {
    /// A RudderStack purchase.
    static func purchase(
        order: String, message: String? = nil, user: String? = "user-1", anonymous: String? = nil,
        revenue: String = "129.99", more: String = ""
    ) -> String {
        let ids = [user.map { #""userId":"\#($0)","# }, anonymous.map { #""anonymousId":"\#($0)","# }]
        return #"{"type":"track","event":"Order Completed","messageId":"\#(message ?? "m-\(order)")","#
            + ids.compactMap { $0 }.joined() + more
            + #""properties":{"order_id":"\#(order)","revenue":\#(revenue),"currency":"USD"},"#
            + #""originalTimestamp":"2026-04-23T14:12:33.000Z"}"#
    }

    /// A track call of any name.
    static func track(_ event: String, message: String, user: String = "user-1", properties: String = "{}") -> String {
        #"{"type":"track","event":"\#(event)","messageId":"\#(message)","userId":"\#(user)","#
            + #""properties":\#(properties),"originalTimestamp":"2026-04-23T14:12:33.000Z"}"#
    }

    /// An identify call.
    static func identify(message: String, user: String?, anonymous: String?, traits: String = "{}") -> String {
        let ids = [user.map { #""userId":"\#($0)","# }, anonymous.map { #""anonymousId":"\#($0)","# }]
        return #"{"type":"identify","messageId":"\#(message)","# + ids.compactMap { $0 }.joined()
            + #""context":{"traits":\#(traits)},"originalTimestamp":"2026-04-23T14:12:33.000Z"}"#
    }
}
