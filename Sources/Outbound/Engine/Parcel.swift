/// Events that are sent again in a request of their own, to which nothing is added.
///
/// They are still queued in the store, so that nothing is lost if the process ends first.
struct Parcel {
    var starts: [AttemptReport.Start]
    /// Whether the access token was renewed for them.
    var isRenewed = false
}
