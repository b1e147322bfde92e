// Package metriclog tells CloudWatch how runs went, in lines of the log itself: CloudWatch
// Logs makes metrics of a JSON line in its embedded metric format, and nobody has to call
// an API or be allowed to. The namespace is TMI.
//
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
package metriclog
