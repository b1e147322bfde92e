// Package workable reads the public widget lists of employers that use Workable, an
// applicant tracking system: one JSON list per employer in which every posting stands
// whole. docs/sources/workable.md describes the shape.
//
// The shape is UNCONFIRMED: no recorded answer was at hand, and every sample that was
// found had been written by hand. The source is off until the config accepts that.
package workable
