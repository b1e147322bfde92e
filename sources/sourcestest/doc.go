// Package sourcestest is what the boards' tests share: golden files, the contract of
// [sources.Source] as one suite, and the recorded boards of ../shared/recorded, served on
// loopback. Imported by tests only.
package sourcestest
