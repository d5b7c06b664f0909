import EventModel
import JSON

/// A name of a member that platforms look for, in an event or in a part of one.
///
/// An enumeration rather than a constant for each, so that a mapping has no constants to ask for and every name has a
/// place in a table (``PlatformFields``).
enum PlatformKey: String, CaseIterable, Sendable {
    // Of the event and of its parts.
    case actionSource = "action_source"
    case adID = "ad_id"
    case adMember = "ad"
    case ads
    case adsPersonalization = "ads_personalization"
    case adsUserData = "ads_user_data"
    case adTrackingEnabled
    case adultCount = "num_adults"
    case affiliation
    case anonID = "anon_id"
    case app
    case appInstanceID = "app_instance_id"
    case appInstanceIDOption = "appInstanceId"
    case architecture
    case attributed
    case attributionProvider = "attribution_provider"
    case attributionType = "attribution_type"
    case attTrackingStatus
    case billingPeriod = "billing_period"
    case bitness
    case brand
    case build
    case callback
    case campaign
    case campaignID = "campaign_id"
    case carrier
    case category
    case category2
    case category3
    case category4
    case category5
    case checkinDate = "checkin_date"
    case childCount = "num_children"
    case clientID = "clientId"
    case company
    case companyName
    case consent
    case contentKind = "content_kind"
    case contentType = "content_type"
    case contents
    case context
    case country
    case coupon
    case creative
    case creativeID = "creative_id"
    case creativeName = "creative_name"
    case creativeSlot = "creative_slot"
    case currency
    case customerType = "customer_type"
    case customerValueBucket = "customer_value_bucket"
    case customData = "custom_data"
    case deliveryCategory = "delivery_category"
    case density
    case descriptionMember = "description"
    case destinationAirport = "destination_airport"
    case device
    case discount
    case downloadID = "download_id"
    case eventID = "event_id"
    case eventIDSource = "event_id_source"
    case eventName = "event_name"
    case eventSource = "event_source"
    case eventTag = "event_tag"
    case eventValue = "event_value"
    case externalIDs = "external_ids"
    case facebookLoginID = "fb_login_id"
    case firebaseScreen = "firebase_screen"
    case groupID = "group_id"
    case height
    case idMember = "id"
    case identifiers
    case infantCount = "num_infants"
    case integrations
    case invoiceID = "invoice_id"
    case isRetargeting = "is_retargeting"
    case itemCategory2 = "item_category2"
    case itemCategory3 = "item_category3"
    case itemCategory4 = "item_category4"
    case itemCategory5 = "item_category5"
    case itemCount = "num_items"
    case itemListID = "item_list_id"
    case itemListName = "item_list_name"
    case items
    case jobTitle
    case keywords
    case label
    case leadEventSource = "lead_event_source"
    case leadID = "lead_id"
    case leadSource = "lead_source"
    case limitedDataUse = "limited_data_use"
    case limitedUse = "ldu"
    case lineItems = "line_items"
    case linkedInLead = "linkedin_lead_urn"
    case listID = "list_id"
    case listName = "list_name"
    case location
    case locationID = "location_id"
    case manufacturer
    case messageID = "message_id"
    case method
    case mobile
    case model
    case nameMember = "name"
    case namespace
    case netRevenue = "net_revenue"
    case network
    case newCustomer = "new_customer"
    case notes
    case occurredAt = "occurred_at"
    case options
    case optOut = "opt_out"
    case orderID = "order_id"
    case originAirport = "origin_airport"
    case os
    case page
    case pageLoadID = "page_load_id"
    case pageURL = "page_url"
    case partnerID = "partner_id"
    case paymentMethod = "payment_method"
    case period
    case platform
    case platformVersion
    case position
    case predictedLTV = "predicted_ltv"
    case price
    case productID = "product_id"
    case products
    case profit
    case promotionID = "promotion_id"
    case promotionName = "promotion_name"
    case properties
    case quantity
    case referrer
    case region
    case remainingValue = "remaining_value"
    case screen
    case searchQuery = "search_query"
    case sessionAttributes = "session_attributes"
    case sessionID = "sessionId"
    case shipping
    case shippingMethod = "shipping_method"
    case shopID = "shop_id"
    case sku
    case source
    case state
    case status
    case subscriptionID = "subscription_id"
    case tax
    case timezone
    case title
    case trackingStatusMember = "att"
    case traits
    case travelEnd = "travel_end"
    case travelStart = "travel_start"
    case typeMember = "type"
    case userAgentData
    case userData = "user_data"
    case valueMember = "value"
    case variant
    case version
    case width
    case wifi

    // Hashes of the person, see `HashedField`.
    case emailHash = "email_hash"
    case emailGoogleHash = "email_google_hash"
    case emailMicrosoftHash = "email_microsoft_hash"
    case emailRedditHash = "email_reddit_hash"
    case phoneHash = "phone_hash"
    case phonePlusHash = "phone_plus_hash"
    case firstNameHash = "first_name_hash"
    case firstNamePlainHash = "first_name_plain_hash"
    case firstNameGoogleHash = "first_name_google_hash"
    case firstNameAnalyticsHash = "first_name_analytics_hash"
    case lastNameHash = "last_name_hash"
    case lastNamePlainHash = "last_name_plain_hash"
    case lastNameGoogleHash = "last_name_google_hash"
    case lastNameAnalyticsHash = "last_name_analytics_hash"
    case cityHash = "city_hash"
    case stateHash = "state_hash"
    case postalCodeHash = "postal_code_hash"
    case countryHash = "country_hash"
    case streetHash = "street_hash"
    case birthDateHash = "birth_date_hash"
    case genderHash = "gender_hash"
    case genderPinterestHash = "gender_pinterest_hash"
    case emailDomainHash = "email_domain_hash"

    // Click and browser ids, see `ClickIDKind`.
    case fbclid
    case fbc
    case fbp
    case gclid
    case gbraid
    case wbraid
    case dclid
    case googleSessionAttributes = "session_attributes_encoded"
    case gaClientID = "ga_client_id"
    case gaSessionID = "ga_session_id"
    case ttclid
    case ttp
    case scClickID = "sc_click_id"
    case scCookie = "sc_cookie1"
    case epik
    case redditClickID = "rdt_cid"
    case redditUUID = "rdt_uuid"
    case twclid
    case msclkid
    case linkedInFirstParty = "li_fat_id"
    case qclid
    case ndclid
    case dubID = "dub_id"
    case rtid
    case queryID = "query_id"
    case btid
    case urid

    // What else is known of the person, see `PersonKey`.
    case userID = "external_id"
    case anonymousID = "anonymous_id"
    case postalCode = "postal_code"
    case city
    case clientIP = "client_ip"
    case userAgent = "client_user_agent"
    case locale
    case advertisingID = "advertising_id"
    case deviceID = "device_id"
    case email
    case phone
    case firstName = "first_name"
    case lastName = "last_name"
}
