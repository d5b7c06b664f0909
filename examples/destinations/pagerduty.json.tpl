{{!-- One incident an event: a retry has the same dedup_key and is added to the open incident. PagerDuty refuses
      timestamps of more than 90 days ago, so that an old event has its time among the details only. --}}
{
  "routing_key": "{{secrets.pagerduty_routing_key}}",
  "event_action": "trigger",
  "dedup_key": "{{truncate event_id 255}}",
  "payload": {
    "summary": "{{truncate (concat event_name " " (default properties.order_id event_id)) 1024}}",
    "source": "tracklayer/{{account}}",
    "severity": "error",
    {{#if (recent occurred_at 89)}}"timestamp": "{{occurred_at}}",{{/if}}
    "component": "{{source}}",
    "group": "{{account}}",
    "class": "{{event_name}}",
    "custom_details": {
      "value": {{json properties.value}},
      "currency": {{json custom_data.currency}},
      "order_id": {{json properties.order_id}},
      "event_id": "{{event_id}}",
      "message_id": "{{message_id}}",
      "occurred_at": "{{occurred_at}}"
    }
  },
  "client": "TrackLayer"
}
