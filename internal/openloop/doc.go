// Package openloop asks a server questions at a fixed rate, for benchmarks and load tests.
//
// A question is due at its time whether the ones before it were answered or not, and an
// answer's latency counts from when it was due: a server that stands still for a second is a
// second late for all who came meanwhile.
package openloop
