import EventModel
import Testing

@testable import Canonicalizer

/// The registry as the reference has it (inbound, 6.3 and 6.4), written down apart from the product's table.
///
/// One row a line: canonical name, TrackStack's name, stage, class (`no`: ordinary, `first`: warehouse-first, `yes`:
/// warehouse-only among the 66 and named-only beyond, `identity`), business ids in order (`!`: required, and the event's
/// id), and the names senders use (`†`: off unless an account says otherwise).
enum RegistryReferenceTable {
    struct Row: Sendable, CustomTestStringConvertible {
        let canonical: String
        let trackStack: String?
        let stage: String
        let routing: RoutingClass
        let businessIDs: [(name: String, isRequired: Bool)]
        let names: [String]
        let ambiguousNames: [String]

        var testDescription: String { canonical }
    }

    static let rows: [Row] = text.split(separator: "\n").map { line in
        let cells = line.split(separator: "|").map { $0.trimmed }
        func list(_ cell: String) -> [String] { cell == "-" ? [] : cell.split(separator: ",").map { $0.trimmed } }
        let twin = cells[1] == "-" ? nil : cells[1]
        let routing: RoutingClass =
            switch cells[3] {
            case "first": .warehouseFirst
            case "identity": .identityOnly
            case "yes": twin == nil ? .namedOnly : .warehouseOnly
            default: .ordinary
            }
        return Row(
            canonical: cells[0], trackStack: twin, stage: cells[2], routing: routing,
            businessIDs: list(cells[4]).map { ($0.filter { $0 != "!" }, $0.hasSuffix("!")) },
            names: list(cells[5]).filter { !$0.hasSuffix("†") },
            ambiguousNames: list(cells[5]).filter { $0.hasSuffix("†") }.map { String($0.dropLast()) })
    }

    private static let text = """
        page_view | PageView | awareness | no | - | Page Viewed, Page View, Viewed Page, Pageview, \
        Loaded a Page, $pageview, Viewed * Page
        view_content | ContentView | awareness | no | - | Product Viewed, Viewed Product, Content Viewed, \
        View Content, View Item, Article Viewed, Product Detail Viewed
        high_intent_page_view | HighIntentPageView | awareness | no | - | High Intent Page Viewed
        ad_landing_page_view | AdLandingPageView | awareness | no | - | Ad Landing Page Viewed, Landing Page Viewed
        company_identified | CompanyIdentified | awareness | no | group_id+anonymous_id, \
        company_id+anonymous_id | Company Identified
        returning_visitor | ReturningVisitor | awareness | no | - | Returning Visitor
        feature_used | FeatureUsed | interest | no | - | Feature Used
        lead | LeadCaptured | interest | no | lead_id! | Lead Submitted, Lead Captured, Lead Generated, \
        Generate Lead, Lead, Form Submitted†, Contact†, Callback Started†
        demo_intent | DemoIntent | interest | no | - | Demo Intent, Demo Requested, Book Demo Clicked
        demo_booked | DemoBooked | interest | no | booking_id, meeting_id | Demo Booked, Demo Scheduled, \
        Meeting Booked, Schedule†
        chat_started | ChatStarted | interest | no | conversation_id | Chat Started, Live Chat Conversation Started
        pricing_interaction | PricingInteraction | interest | no | - | Pricing Interaction
        docs_interaction | DocsInteraction | interest | no | - | Docs Interaction
        integration_viewed | IntegrationViewed | interest | no | - | Integration Viewed
        sign_up | SignUp | acquisition | no | user_id! | Signed Up, User Signed Up, Sign Up, Signup, \
        Complete Registration, Registration Completed, Registration Succeeded, User Registered
        sso_login | SSOLogin | acquisition | no | user_id | SSO Login
        email_verified | EmailVerified | acquisition | no | user_id | Email Verified, Email Confirmed
        workspace_created | WorkspaceCreated | acquisition | no | workspace_id, group_id | Workspace Created, \
        Account Created
        invite_sent | InviteSent | acquisition | no | invite_id | Invite Sent, Invitation Sent
        start_trial | StartTrial | acquisition | no | subscription_id!, trial_id | Trial Started, Start Trial, \
        Free Trial Started
        trial_activated | TrialActivated | acquisition | no | subscription_id, trial_id | Trial Activated
        first_action | FirstAction | activation | no | user_id | First Action
        api_key_created | ApiKeyCreated | activation | no | api_key_id | API Key Created
        api_call_succeeded | ApiCallSucceeded | activation | no | - | API Call Succeeded
        csv_uploaded | CsvUploaded | activation | no | upload_id | CSV Uploaded
        enrichment_started | EnrichmentStarted | activation | no | job_id | Enrichment Started
        enrichment_completed | EnrichmentCompleted | activation | no | job_id | Enrichment Completed
        credit_consumed | CreditConsumed | activation | no | - | Credit Consumed
        sales_qualified_lead | SalesQualifiedLead | activation | no | lead_id! | Sales Qualified Lead, \
        Lead Qualified, SQL Created
        opportunity_created | OpportunityCreated | activation | no | opportunity_id! | Opportunity Created
        pipeline_qualified | PipelineQualified | activation | no | opportunity_id | Pipeline Qualified
        meeting_held | MeetingHeld | activation | no | meeting_id | Meeting Held, Meeting Completed
        add_payment_info | AddPaymentInfo | revenue | no | checkout_id, order_id | Payment Info Entered, \
        Add Payment Info, Payment Method Added
        begin_checkout | CheckoutStarted | revenue | no | checkout_id!, order_id, cart_id | Checkout Started, \
        Started Checkout, Begin Checkout, Initiate Checkout, Initiated Checkout, Checkout Started Webhook
        purchase | Purchase | revenue | no | order_id! | Order Completed, Completed Order, Order Complete, \
        Purchase, Purchased, Purchase Completed, Complete Payment, Transaction Completed, Product Purchased†, Order Placed†, Order Paid†, Order Created†
        subscription_started | SubscriptionStarted | revenue | no | subscription_id! | Subscription Started, \
        Subscription Created, Subscribed†, Subscribe†
        plan_upgrade | PlanUpgrade | revenue | no | subscription_id+plan_id | Plan Upgraded, Plan Upgrade, \
        Subscription Upgraded
        subscription_renew | SubscriptionRenew | revenue | no | invoice_id, \
        subscription_id+period | Subscription Renewed, Subscription Renewal
        expansion_revenue | ExpansionRevenue | revenue | no | invoice_id | Expansion Revenue
        top_up_purchased | TopUpPurchased | revenue | no | order_id! | Top Up Purchased
        refund | Refund | revenue | yes | refund_id, order_id | Order Refunded, Refunded Order, Refund Issued, \
        Refund Processed
        chargeback | Chargeback | revenue | yes | dispute_id, order_id | Chargeback, Chargeback Created, \
        Dispute Created
        churned | Churned | revenue | yes | subscription_id | Churned, Subscription Cancelled, \
        Subscription Canceled, Subscription Ended, Subscription Expired
        reactivated | Reactivated | revenue | no | subscription_id+start_date | Reactivated, \
        Subscription Reactivated, Resubscribed
        api_docs_viewed | ApiDocsViewed | product | first | - | Api Docs Viewed, API Docs Viewed
        credits_purchased | CreditsPurchased | product | first | order_id | Credits Purchased
        api_playground_used | ApiPlaygroundUsed | product | first | - | Api Playground Used, API Playground Used
        credits_low | CreditsLow | product | first | - | Credits Low
        first_successful_api_call | FirstSuccessfulApiCall | product | first | user_id | First Successful Api Call
        credits_exhausted | CreditsExhausted | product | first | - | Credits Exhausted
        endpoint_tested | EndpointTested | product | first | - | Endpoint Tested
        team_member_invited | TeamMemberInvited | product | first | invite_id | Team Member Invited
        email_finder_used | EmailFinderUsed | product | first | - | Email Finder Used
        salesforce_connected | SalesforceConnected | product | first | connection_id | Salesforce Connected
        email_validation_used | EmailValidationUsed | product | first | - | Email Validation Used
        hubspot_connected | HubSpotConnected | product | first | connection_id | Hub Spot Connected, \
        Hubspot Connected
        mobile_finder_used | MobileFinderUsed | product | first | - | Mobile Finder Used
        smartlead_connected | SmartleadConnected | product | first | connection_id | Smartlead Connected
        company_enriched | CompanyEnriched | product | first | - | Company Enriched
        clay_export_clicked | ClayExportClicked | product | first | - | Clay Export Clicked
        profile_enriched | ProfileEnriched | product | first | - | Profile Enriched
        webhook_created | WebhookCreated | product | first | webhook_id | Webhook Created
        bulk_job_started | BulkJobStarted | product | first | job_id | Bulk Job Started
        webhook_delivered | WebhookDelivered | product | first | delivery_id | Webhook Delivered
        bulk_job_completed | BulkJobCompleted | product | first | job_id | Bulk Job Completed
        webhook_failed | WebhookFailed | product | first | delivery_id | Webhook Failed
        add_to_cart | - | ext | no | - | Product Added, Added Product, Add to Cart, Added to Cart, \
        Product Added to Cart, Wishlist Product Added to Cart
        profile_update | - | ext | identity | - | -
        refund_requested | - | ext | yes | refund_id, order_id | Refund Requested, Return Requested
        search | - | ext | no | - | Products Searched, Product Searched, Searched, Search Submitted
        view_item_list | - | ext | no | - | Product List Viewed, Viewed Product Category, Viewed Product List, \
        Product Category Viewed, Collection Viewed
        filter_item_list | - | ext | yes | - | Product List Filtered
        select_item | - | ext | yes | - | Product Clicked
        remove_from_cart | - | ext | yes | - | Product Removed, Removed Product
        view_cart | - | ext | yes | - | Cart Viewed, Viewed Cart, Cart Opened, Opened Cart
        checkout_step_viewed | - | ext | yes | checkout_id+step | Checkout Step Viewed
        checkout_step_completed | - | ext | yes | checkout_id+step | Checkout Step Completed
        add_shipping_info | - | ext | yes | checkout_id | Checkout Shipping Info Submitted
        add_to_wishlist | - | ext | no | - | Product Added to Wishlist
        remove_from_wishlist | - | ext | yes | - | Product Removed from Wishlist
        view_promotion | - | ext | yes | - | Promotion Viewed, Viewed Promotion
        select_promotion | - | ext | yes | - | Promotion Clicked, Clicked Promotion
        coupon_entered | - | ext | yes | - | Coupon Entered
        coupon_applied | - | ext | yes | - | Coupon Applied
        coupon_denied | - | ext | yes | - | Coupon Denied
        coupon_removed | - | ext | yes | - | Coupon Removed
        order_updated | - | ext | yes | order_id+message_id | Order Updated, Updated Order
        order_cancelled | - | ext | yes | order_id | Order Cancelled, Order Canceled
        share | - | ext | yes | - | Product Shared, Cart Shared
        product_reviewed | - | ext | yes | review_id | Product Reviewed
        login | - | ext | yes | - | Signed In, User Signed In, Logged In, Login
        logout | - | ext | yes | - | Signed Out, User Signed Out, Logged Out, Logout
        trial_ended | - | ext | yes | subscription_id, trial_id | Trial Ended
        account_deleted | - | ext | yes | group_id | Account Deleted
        account_user_added | - | ext | yes | group_id+user_id | Account Added User
        account_user_removed | - | ext | yes | group_id+user_id | Account Removed User
        group_update | - | ext | identity | - | -
        identity_link | - | ext | identity | - | -
        consent_update | - | ext | identity | - | Segment Consent Preference Updated
        privacy_delete | - | ext | identity | user_id | -
        screen_view | - | ext | yes | - | Screen Viewed
        app_installed | - | ext | no | device_id | Application Installed
        app_opened | - | ext | yes | - | Application Opened
        app_updated | - | ext | yes | - | Application Updated
        app_backgrounded | - | ext | yes | - | Application Backgrounded
        app_foregrounded | - | ext | yes | - | Application Foregrounded
        app_uninstalled | - | ext | yes | - | Application Uninstalled
        app_crashed | - | ext | yes | - | Application Crashed
        install_attributed | - | ext | yes | device_id | Install Attributed
        push_received | - | ext | yes | - | Push Notification Received
        push_tapped | - | ext | yes | - | Push Notification Tapped
        push_bounced | - | ext | yes | - | Push Notification Bounced
        deep_link_opened | - | ext | yes | - | Deep Link Opened
        deep_link_clicked | - | ext | yes | - | Deep Link Clicked
        email_delivered | - | ext | yes | - | Email Delivered
        email_opened | - | ext | yes | - | Email Opened
        email_link_clicked | - | ext | yes | - | Email Link Clicked
        email_bounced | - | ext | yes | - | Email Bounced
        email_marked_as_spam | - | ext | yes | - | Email Marked as Spam
        email_unsubscribed | - | ext | yes | - | Unsubscribed, Email Unsubscribed
        live_chat_ended | - | ext | yes | conversation_id | Live Chat Conversation Ended
        live_chat_message_sent | - | ext | yes | properties.message_id | Live Chat Message Sent
        live_chat_message_received | - | ext | yes | properties.message_id | Live Chat Message Received
        experiment_viewed | - | ext | yes | - | Experiment Viewed
        audience_entered | - | ext | yes | - | Audience Entered
        audience_exited | - | ext | yes | - | Audience Exited
        video_playback_started | - | ext | yes | - | Video Playback Started
        video_playback_paused | - | ext | yes | - | Video Playback Paused
        video_playback_interrupted | - | ext | yes | - | Video Playback Interrupted
        video_playback_buffer_started | - | ext | yes | - | Video Playback Buffer Started
        video_playback_buffer_completed | - | ext | yes | - | Video Playback Buffer Completed
        video_playback_seek_started | - | ext | yes | - | Video Playback Seek Started
        video_playback_seek_completed | - | ext | yes | - | Video Playback Seek Completed
        video_playback_resumed | - | ext | yes | - | Video Playback Resumed
        video_playback_completed | - | ext | yes | - | Video Playback Completed
        video_playback_exited | - | ext | yes | - | Video Playback Exited
        video_content_started | - | ext | yes | - | Video Content Started
        video_content_playing | - | ext | yes | - | Video Content Playing
        video_content_completed | - | ext | yes | - | Video Content Completed
        video_ad_started | - | ext | yes | - | Video Ad Started
        video_ad_playing | - | ext | yes | - | Video Ad Playing
        video_ad_completed | - | ext | yes | - | Video Ad Completed
        video_quality_updated | - | ext | yes | - | Video Quality Updated
        """
}

extension Substring {
    fileprivate var trimmed: String {
        var text = self
        while text.first == " " { text.removeFirst() }
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}
