// The registry of reference inbound, 6.4, row by row. Data only: the types are in `EventRegistry.swift`.
//
// Canonical and TrackStack spellings always match and are not repeated among the names.

import EventModel

extension EventRegistry {
    static let awareness: [EventDefinition] = [
        EventDefinition(
            "page_view", "PageView", .awareness,
            names: ["Page Viewed", "Viewed Page", "Pageview", "Loaded a Page", "$pageview"]),
        EventDefinition(
            "view_content", "ContentView", .awareness, value: .product,
            names: [
                "Product Viewed", "Viewed Product", "Content Viewed", "View Item", "Article Viewed",
                "Product Detail Viewed",
            ]),
        EventDefinition(
            "high_intent_page_view", "HighIntentPageView", .awareness, names: ["High Intent Page Viewed"]),
        EventDefinition(
            "ad_landing_page_view", "AdLandingPageView", .awareness,
            names: ["Ad Landing Page Viewed", "Landing Page Viewed"]),
        EventDefinition(
            "company_identified", "CompanyIdentified", .awareness,
            id: [.key(.groupID, .anonymousID), .key(.companyID, .anonymousID)]),
        EventDefinition("returning_visitor", "ReturningVisitor", .awareness),
    ]

    static let interest: [EventDefinition] = [
        EventDefinition("feature_used", "FeatureUsed", .interest),
        EventDefinition(
            "lead", "LeadCaptured", .interest, id: [.eventID(.leadID)], isIDRequired: true,
            names: ["Lead Submitted", "Lead Generated", "Generate Lead"],
            ambiguous: ["Form Submitted", "Contact", "Callback Started"]),
        EventDefinition("demo_intent", "DemoIntent", .interest, names: ["Demo Requested", "Book Demo Clicked"]),
        EventDefinition(
            "demo_booked", "DemoBooked", .interest, id: [.key(.bookingID), .key(.meetingID)],
            names: ["Demo Scheduled", "Meeting Booked"], ambiguous: ["Schedule"]),
        EventDefinition(
            "chat_started", "ChatStarted", .interest, id: [.key(.conversationID)],
            names: ["Live Chat Conversation Started"]),
        EventDefinition("pricing_interaction", "PricingInteraction", .interest),
        EventDefinition("docs_interaction", "DocsInteraction", .interest),
        EventDefinition("integration_viewed", "IntegrationViewed", .interest),
    ]

    static let acquisition: [EventDefinition] = [
        EventDefinition(
            "sign_up", "SignUp", .acquisition, id: [.eventID(.userID)], isIDRequired: true,
            names: [
                "Signed Up", "User Signed Up", "Signup", "Complete Registration", "Registration Completed",
                "Registration Succeeded", "User Registered",
            ]),
        EventDefinition("sso_login", "SSOLogin", .acquisition, id: [.key(.userID)]),
        EventDefinition(
            "email_verified", "EmailVerified", .acquisition, id: [.key(.userID)], names: ["Email Confirmed"]),
        EventDefinition(
            "workspace_created", "WorkspaceCreated", .acquisition, id: [.key(.workspaceID), .key(.groupID)],
            names: ["Account Created"]),
        EventDefinition(
            "invite_sent", "InviteSent", .acquisition, id: [.key(.inviteID)], names: ["Invitation Sent"]),
        EventDefinition(
            "start_trial", "StartTrial", .acquisition, id: [.eventID(.subscriptionID), .eventID(.trialID)],
            isIDRequired: true, names: ["Trial Started", "Free Trial Started"]),
        EventDefinition(
            "trial_activated", "TrialActivated", .acquisition, id: [.key(.subscriptionID), .key(.trialID)]),
    ]

    static let activation: [EventDefinition] = [
        EventDefinition("first_action", "FirstAction", .activation, id: [.key(.userID)]),
        EventDefinition("api_key_created", "ApiKeyCreated", .activation, id: [.key(.apiKeyID)]),
        EventDefinition("api_call_succeeded", "ApiCallSucceeded", .activation),
        EventDefinition("csv_uploaded", "CsvUploaded", .activation, id: [.key(.uploadID)]),
        EventDefinition("enrichment_started", "EnrichmentStarted", .activation, id: [.key(.jobID)]),
        EventDefinition("enrichment_completed", "EnrichmentCompleted", .activation, id: [.key(.jobID)]),
        EventDefinition("credit_consumed", "CreditConsumed", .activation),
        EventDefinition(
            "sales_qualified_lead", "SalesQualifiedLead", .activation, id: [.eventID(.leadID)], isIDRequired: true,
            names: ["Lead Qualified", "SQL Created"]),
        EventDefinition(
            "opportunity_created", "OpportunityCreated", .activation, id: [.eventID(.opportunityID)],
            isIDRequired: true),
        EventDefinition("pipeline_qualified", "PipelineQualified", .activation, id: [.key(.opportunityID)]),
        EventDefinition(
            "meeting_held", "MeetingHeld", .activation, id: [.key(.meetingID)], names: ["Meeting Completed"]),
    ]

    static let revenue: [EventDefinition] = [
        EventDefinition(
            "add_payment_info", "AddPaymentInfo", .revenue, value: .checkout, id: [.key(.checkoutID), .key(.orderID)],
            names: ["Payment Info Entered", "Payment Method Added"]),
        EventDefinition(
            "begin_checkout", "CheckoutStarted", .revenue, value: .checkout,
            id: [.eventID(.checkoutID), .eventID(.orderID), .eventID(.cartID)], isIDRequired: true,
            names: ["Started Checkout", "Initiate Checkout", "Initiated Checkout", "Checkout Started Webhook"]),
        EventDefinition(
            "purchase", "Purchase", .revenue, value: .order, id: [.eventID(.orderID)], isIDRequired: true,
            names: [
                "Order Completed", "Completed Order", "Order Complete", "Purchased", "Purchase Completed",
                "Complete Payment", "Transaction Completed",
            ],
            ambiguous: ["Product Purchased", "Order Placed", "Order Paid", "Order Created"]),
        EventDefinition(
            "subscription_started", "SubscriptionStarted", .revenue, value: .order, id: [.eventID(.subscriptionID)],
            isIDRequired: true, names: ["Subscription Created"], ambiguous: ["Subscribed", "Subscribe"]),
        EventDefinition(
            "plan_upgrade", "PlanUpgrade", .revenue, value: .order, id: [.key(.subscriptionID, .planID)],
            names: ["Plan Upgraded", "Subscription Upgraded"]),
        EventDefinition(
            "subscription_renew", "SubscriptionRenew", .revenue, value: .order,
            id: [.eventID(.invoiceID), .key(.subscriptionID, .period)],
            names: ["Subscription Renewed", "Subscription Renewal"]),
        EventDefinition(
            "expansion_revenue", "ExpansionRevenue", .revenue, value: .order, id: [.eventID(.invoiceID)]),
        EventDefinition(
            "top_up_purchased", "TopUpPurchased", .revenue, value: .order, id: [.eventID(.orderID)],
            isIDRequired: true),
        EventDefinition(
            "refund", "Refund", .revenue, .warehouseOnly, value: .refund, id: [.eventID(.refundID), .key(.orderID)],
            names: ["Order Refunded", "Refunded Order", "Refund Issued", "Refund Processed"]),
        EventDefinition(
            "chargeback", "Chargeback", .revenue, .warehouseOnly, value: .refund,
            id: [.eventID(.disputeID), .key(.orderID)], names: ["Chargeback Created", "Dispute Created"]),
        EventDefinition(
            "churned", "Churned", .revenue, .warehouseOnly, id: [.key(.subscriptionID)],
            names: [
                "Subscription Cancelled", "Subscription Canceled", "Subscription Ended", "Subscription Expired",
            ]),
        EventDefinition(
            "reactivated", "Reactivated", .revenue, value: .order, id: [.key(.subscriptionID, .startDate)],
            names: ["Subscription Reactivated", "Resubscribed"]),
    ]

    static let product: [EventDefinition] = [
        EventDefinition("api_docs_viewed", "ApiDocsViewed", .product, .warehouseFirst),
        EventDefinition("api_playground_used", "ApiPlaygroundUsed", .product, .warehouseFirst),
        EventDefinition(
            "first_successful_api_call", "FirstSuccessfulApiCall", .product, .warehouseFirst, id: [.key(.userID)]),
        EventDefinition("endpoint_tested", "EndpointTested", .product, .warehouseFirst),
        EventDefinition("email_finder_used", "EmailFinderUsed", .product, .warehouseFirst),
        EventDefinition("email_validation_used", "EmailValidationUsed", .product, .warehouseFirst),
        EventDefinition("mobile_finder_used", "MobileFinderUsed", .product, .warehouseFirst),
        EventDefinition("company_enriched", "CompanyEnriched", .product, .warehouseFirst),
        EventDefinition("profile_enriched", "ProfileEnriched", .product, .warehouseFirst),
        EventDefinition("bulk_job_started", "BulkJobStarted", .product, .warehouseFirst, id: [.key(.jobID)]),
        EventDefinition("bulk_job_completed", "BulkJobCompleted", .product, .warehouseFirst, id: [.key(.jobID)]),
        EventDefinition(
            "credits_purchased", "CreditsPurchased", .product, .warehouseFirst, value: .order, id: [.key(.orderID)]),
        EventDefinition("credits_low", "CreditsLow", .product, .warehouseFirst),
        EventDefinition("credits_exhausted", "CreditsExhausted", .product, .warehouseFirst),
        EventDefinition(
            "team_member_invited", "TeamMemberInvited", .product, .warehouseFirst, id: [.key(.inviteID)]),
        EventDefinition(
            "salesforce_connected", "SalesforceConnected", .product, .warehouseFirst, id: [.key(.connectionID)]),
        EventDefinition(
            "hubspot_connected", "HubSpotConnected", .product, .warehouseFirst, id: [.key(.connectionID)]),
        EventDefinition(
            "smartlead_connected", "SmartleadConnected", .product, .warehouseFirst, id: [.key(.connectionID)]),
        EventDefinition("clay_export_clicked", "ClayExportClicked", .product, .warehouseFirst),
        EventDefinition("webhook_created", "WebhookCreated", .product, .warehouseFirst, id: [.key(.webhookID)]),
        EventDefinition("webhook_delivered", "WebhookDelivered", .product, .warehouseFirst, id: [.key(.deliveryID)]),
        EventDefinition("webhook_failed", "WebhookFailed", .product, .warehouseFirst, id: [.key(.deliveryID)]),
    ]

    static let extensions: [EventDefinition] = commerce + account + envelope + application + messaging + video

    private static let commerce: [EventDefinition] = [
        EventDefinition(
            "add_to_cart", nil, .ext, value: .product,
            names: [
                "Product Added", "Added Product", "Added to Cart", "Product Added to Cart",
                "Wishlist Product Added to Cart",
            ]),
        EventDefinition(
            "refund_requested", nil, .ext, .namedOnly, value: .refund, id: [.eventID(.refundID), .key(.orderID)],
            names: ["Return Requested"]),
        EventDefinition(
            "search", nil, .ext, names: ["Products Searched", "Product Searched", "Searched", "Search Submitted"]),
        EventDefinition(
            "view_item_list", nil, .ext,
            names: [
                "Product List Viewed", "Viewed Product Category", "Viewed Product List", "Product Category Viewed",
                "Collection Viewed",
            ]),
        EventDefinition("filter_item_list", nil, .ext, .namedOnly, names: ["Product List Filtered"]),
        EventDefinition("select_item", nil, .ext, .namedOnly, value: .product, names: ["Product Clicked"]),
        EventDefinition(
            "remove_from_cart", nil, .ext, .namedOnly, value: .product, names: ["Product Removed", "Removed Product"]),
        EventDefinition(
            "view_cart", nil, .ext, .namedOnly, value: .checkout,
            names: ["Cart Viewed", "Viewed Cart", "Cart Opened", "Opened Cart"]),
        EventDefinition(
            "checkout_step_viewed", nil, .ext, .namedOnly, value: .checkout, id: [.key(.checkoutID, .step)]),
        EventDefinition(
            "checkout_step_completed", nil, .ext, .namedOnly, value: .checkout, id: [.key(.checkoutID, .step)]),
        EventDefinition(
            "add_shipping_info", nil, .ext, .namedOnly, value: .checkout, id: [.key(.checkoutID)],
            names: ["Checkout Shipping Info Submitted"]),
        EventDefinition("add_to_wishlist", nil, .ext, value: .product, names: ["Product Added to Wishlist"]),
        EventDefinition(
            "remove_from_wishlist", nil, .ext, .namedOnly, value: .product, names: ["Product Removed from Wishlist"]),
        EventDefinition("view_promotion", nil, .ext, .namedOnly, names: ["Promotion Viewed", "Viewed Promotion"]),
        EventDefinition("select_promotion", nil, .ext, .namedOnly, names: ["Promotion Clicked", "Clicked Promotion"]),
        EventDefinition("coupon_entered", nil, .ext, .namedOnly),
        EventDefinition("coupon_applied", nil, .ext, .namedOnly),
        EventDefinition("coupon_denied", nil, .ext, .namedOnly),
        EventDefinition("coupon_removed", nil, .ext, .namedOnly),
        EventDefinition(
            "order_updated", nil, .ext, .namedOnly, value: .order, id: [.key(.orderID, .messageID)],
            names: ["Updated Order"]),
        EventDefinition(
            "order_cancelled", nil, .ext, .namedOnly, value: .order, id: [.key(.orderID)], names: ["Order Canceled"]),
        EventDefinition("share", nil, .ext, .namedOnly, value: .product, names: ["Product Shared", "Cart Shared"]),
        EventDefinition("product_reviewed", nil, .ext, .namedOnly, value: .product, id: [.key(.reviewID)]),
    ]

    private static let account: [EventDefinition] = [
        EventDefinition(
            "login", nil, .ext, .namedOnly, names: ["Signed In", "User Signed In", "Logged In"]),
        EventDefinition(
            "logout", nil, .ext, .namedOnly, names: ["Signed Out", "User Signed Out", "Logged Out"]),
        EventDefinition("trial_ended", nil, .ext, .namedOnly, id: [.key(.subscriptionID), .key(.trialID)]),
        EventDefinition("account_deleted", nil, .ext, .namedOnly, id: [.key(.groupID)]),
        EventDefinition(
            "account_user_added", nil, .ext, .namedOnly, id: [.key(.groupID, .userID)], names: ["Account Added User"]),
        EventDefinition(
            "account_user_removed", nil, .ext, .namedOnly, id: [.key(.groupID, .userID)],
            names: ["Account Removed User"]),
    ]

    private static let envelope: [EventDefinition] = [
        EventDefinition("profile_update", nil, .ext, .identityOnly),
        EventDefinition("group_update", nil, .ext, .identityOnly),
        EventDefinition("identity_link", nil, .ext, .identityOnly),
        EventDefinition("consent_update", nil, .ext, .identityOnly, names: ["Segment Consent Preference Updated"]),
        EventDefinition("privacy_delete", nil, .ext, .identityOnly, id: [.key(.userID)]),
    ]

    private static let application: [EventDefinition] = [
        EventDefinition("screen_view", nil, .ext, .namedOnly, names: ["Screen Viewed"]),
        EventDefinition(
            "app_installed", nil, .ext, id: [.key(.deviceID)], names: ["Application Installed"]),
        EventDefinition("app_opened", nil, .ext, .namedOnly, names: ["Application Opened"]),
        EventDefinition("app_updated", nil, .ext, .namedOnly, names: ["Application Updated"]),
        EventDefinition("app_backgrounded", nil, .ext, .namedOnly, names: ["Application Backgrounded"]),
        EventDefinition("app_foregrounded", nil, .ext, .namedOnly, names: ["Application Foregrounded"]),
        EventDefinition("app_uninstalled", nil, .ext, .namedOnly, names: ["Application Uninstalled"]),
        EventDefinition("app_crashed", nil, .ext, .namedOnly, names: ["Application Crashed"]),
        EventDefinition("install_attributed", nil, .ext, .namedOnly, id: [.key(.deviceID)]),
        EventDefinition("push_received", nil, .ext, .namedOnly, names: ["Push Notification Received"]),
        EventDefinition("push_tapped", nil, .ext, .namedOnly, names: ["Push Notification Tapped"]),
        EventDefinition("push_bounced", nil, .ext, .namedOnly, names: ["Push Notification Bounced"]),
        EventDefinition("deep_link_opened", nil, .ext, .namedOnly),
        EventDefinition("deep_link_clicked", nil, .ext, .namedOnly),
    ]

    private static let messaging: [EventDefinition] = [
        EventDefinition("email_delivered", nil, .ext, .namedOnly),
        EventDefinition("email_opened", nil, .ext, .namedOnly),
        EventDefinition("email_link_clicked", nil, .ext, .namedOnly),
        EventDefinition("email_bounced", nil, .ext, .namedOnly),
        EventDefinition("email_marked_as_spam", nil, .ext, .namedOnly),
        EventDefinition("email_unsubscribed", nil, .ext, .namedOnly, names: ["Unsubscribed"]),
        EventDefinition(
            "live_chat_ended", nil, .ext, .namedOnly, id: [.key(.conversationID)],
            names: ["Live Chat Conversation Ended"]),
        EventDefinition("live_chat_message_sent", nil, .ext, .namedOnly, id: [.key(.chatMessageID)]),
        EventDefinition("live_chat_message_received", nil, .ext, .namedOnly, id: [.key(.chatMessageID)]),
        EventDefinition("experiment_viewed", nil, .ext, .namedOnly),
        EventDefinition("audience_entered", nil, .ext, .namedOnly),
        EventDefinition("audience_exited", nil, .ext, .namedOnly),
    ]

    private static let video: [EventDefinition] = [
        "video_playback_started", "video_playback_paused", "video_playback_interrupted",
        "video_playback_buffer_started", "video_playback_buffer_completed", "video_playback_seek_started",
        "video_playback_seek_completed", "video_playback_resumed", "video_playback_completed",
        "video_playback_exited", "video_content_started", "video_content_playing", "video_content_completed",
        "video_ad_started", "video_ad_playing", "video_ad_completed", "video_quality_updated",
    ].map { EventDefinition($0, nil, .ext, .namedOnly) }
}
