{{!-- Values are escaped for Slack by mrkdwn, so that <!channel> in a name pings nobody. Nothing personal is shown: chat
      logs live long, and no retention reaches them. --}}
{
  "text": "{{mrkdwn (truncate (concat "TrackLayer " event_name " " (default properties.order_id event_id)) 300)}}",
  "unfurl_links": false,
  "unfurl_media": false,
  "blocks": [
    {"type": "section", "text": {"type": "mrkdwn", "text": "*{{mrkdwn event_name}}*{{#if source_event}} ({{mrkdwn (truncate source_event 100)}}){{/if}} from {{mrkdwn (truncate (default platform source) 100)}}{{#if properties.value}} — value {{properties.value}} {{custom_data.currency}}{{/if}}"}},
    {"type": "section", "fields": [
      {"type": "mrkdwn", "text": "*Id*\n{{mrkdwn (truncate (default properties.order_id event_id) 200)}}"},
      {"type": "mrkdwn", "text": "*Time*\n<!date^{{date occurred_at "unix"}}^{date_short_pretty} {time}|{{date occurred_at "%Y-%m-%d %H:%M"}} UTC>"}
    ]}
  ]
}
