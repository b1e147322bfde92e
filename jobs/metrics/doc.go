// Package metrics tells Prometheus how runs went. A job ends before anybody could ask it, so
// each leaves a file for the node exporter's textfile collector, replaced as a whole when the
// same job of the same source ends the next time.
package metrics
