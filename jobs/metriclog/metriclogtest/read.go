// Package metriclogtest reads log lines as CloudWatch does.
package metriclogtest

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"
)

// Point is a metric's value. Dimensions are "name=value", sorted and joined by commas; "" is
// the metric over all of them.
type Point struct {
	Namespace, Name, Unit, Dimensions string
	Value                             float64
}

// units are those that TMI uses, of CloudWatch's StandardUnit.
var units = []string{"Count", "Bytes", "Seconds", "None"}

// Read gives the points of every line in the embedded metric format; other lines are none.
// What breaks the format fails the test: CloudWatch drops such a line without a word.
func Read(t testing.TB, log string) (points []Point) {
	t.Helper()
	for text := range strings.Lines(log) {
		var line map[string]json.RawMessage
		if !strings.Contains(text, `"_aws"`) {
			continue
		}
		if err := json.Unmarshal([]byte(text), &line); err != nil {
			t.Fatalf("%v: %s", err, text)
		}
		var meta struct {
			Timestamp         int64
			CloudWatchMetrics []struct {
				Namespace  string
				Dimensions [][]string
				Metrics    []struct{ Name, Unit string }
			}
		}
		if err := json.Unmarshal(line["_aws"], &meta); err != nil {
			t.Fatalf("%v: %s", err, text)
		}
		if age := time.Since(time.UnixMilli(meta.Timestamp)); age < -time.Minute || age > time.Hour {
			t.Errorf("a line of %s ago: %s", age, text)
		}
		for _, d := range meta.CloudWatchMetrics {
			if d.Namespace == "" || len(d.Dimensions) == 0 || len(d.Metrics) == 0 || len(d.Metrics) > 100 {
				t.Fatalf("a directive without a namespace, dimensions or up to 100 metrics: %s", text)
			}
			for _, set := range d.Dimensions {
				var pairs []string
				for _, name := range set {
					var value string
					if err := json.Unmarshal(line[name], &value); err != nil || value == "" {
						t.Fatalf("the dimension %s has no text: %s", name, text)
					}
					pairs = append(pairs, name+"="+value)
				}
				slices.Sort(pairs)
				for _, m := range d.Metrics {
					var value float64
					if err := json.Unmarshal(line[m.Name], &value); err != nil || !slices.Contains(units, m.Unit) {
						t.Fatalf("the metric %s has no number, or the unit %q: %s", m.Name, m.Unit, text)
					}
					points = append(points, Point{d.Namespace, m.Name, m.Unit, strings.Join(pairs, ","), value})
				}
			}
		}
	}
	return points
}

// Value is the one value of a metric; the test fails where there is another number of them.
func Value(t testing.TB, points []Point, name, dimensions string) float64 {
	t.Helper()
	var found []float64
	for _, p := range points {
		if p.Name == name && p.Dimensions == dimensions {
			found = append(found, p.Value)
		}
	}
	if len(found) != 1 {
		t.Fatalf("%s{%s} has %d values among %+v, want one", name, dimensions, len(found), points)
	}
	return found[0]
}
