// Package tracing tells an OpenTelemetry collector what a process does and how long it
// takes: a span for each command, job, query and request. Nothing is recorded unless [Start]
// was called with an endpoint; [Begin] then costs a look at a pointer. It knows nothing of
// postings, sets none of OpenTelemetry's globals but the handler of its errors, and sends
// nothing to boards.
package tracing
