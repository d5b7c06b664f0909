"""Parses a file of metrics with prometheus-client and prints them as one line of JSON; for MetricsTests.

Ends with a message, and prints nothing, if the file is no exposition, or against Prometheus's conventions for names,
units and histograms.
"""

import json
import math
import re
import sys

from prometheus_client.parser import text_string_to_metric_families

text = open(sys.argv[1], encoding="utf-8").read()
metrics = []
seen = set()


def check(condition, message):
    if not condition:
        sys.exit(message)


def check_histogram(family):
    """Buckets of each set of labels rise, end with +Inf, and that is the count."""
    series = {}
    for sample in family.samples:
        labels = {name: value for name, value in sample.labels.items() if name != "le"}
        entry = series.setdefault(tuple(sorted(labels.items())), {"buckets": []})
        if sample.name.endswith("_bucket"):
            entry["buckets"].append((float(sample.labels["le"]), sample.value))
        else:
            entry[sample.name.rsplit("_", 1)[1]] = sample.value
    for labels, entry in series.items():
        buckets = entry["buckets"]
        check(buckets == sorted(buckets), f"{family.name}{labels}: buckets do not rise")
        check(math.isinf(buckets[-1][0]), f"{family.name}{labels}: no bucket +Inf")
        check(buckets[-1][1] == entry["count"], f"{family.name}{labels}: +Inf is not the count")
        check("sum" in entry, f"{family.name}{labels}: no sum")


for family in text_string_to_metric_families(text):
    check(family.name not in seen, f"{family.name} comes twice")
    seen.add(family.name)
    check(family.type in ("counter", "gauge", "histogram"), f"{family.name} has type {family.type}")
    check(family.documentation.endswith("."), f"{family.name} has no help")
    check(re.fullmatch(r"(tracklayer|process)(_[a-z0-9]+)+", family.name), f"{family.name} is no good name")
    check(not re.search(r"_(ms|milliseconds|minutes|kib|mib)\b", family.name), f"{family.name} has no base unit")
    keys = [(sample.name, tuple(sorted(sample.labels.items()))) for sample in family.samples]
    check(len(keys) == len(set(keys)), f"{family.name} has a sample twice")
    if family.type == "counter":
        check(all(name == family.name + "_total" for name, _ in keys), f"{family.name}: a counter ends with _total")
    if family.type == "histogram":
        check_histogram(family)
    metrics.append(
        {
            "name": family.name, "type": family.type, "help": family.documentation,
            "samples": [
                {"name": sample.name, "labels": sample.labels, "value": sample.value} for sample in family.samples
            ],
        }
    )
check(len(metrics) > 20, "there are hardly any metrics")
print(json.dumps(metrics))
