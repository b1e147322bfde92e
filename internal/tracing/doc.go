// Package tracing tells an OpenTelemetry collector what a process does and how long it
// takes: a span for each command, job, query and request, and the log. Nothing is recorded unless [Start]
// was called with an endpoint, nothing sent of the log without [Logs]; [Begin] then costs a look at a pointer. It knows nothing of
// postings, sets none of OpenTelemetry's globals but the handler of its errors, and sends
// nothing to boards.
package tracing
