// Package laketest is what tests of the lake share: the contract of an object store as a
// suite, and a real S3 server for the time of one test. Only tests import it.
package laketest
