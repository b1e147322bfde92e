// Package jobs joins the rooms below into batch steps: bronze, silver, lifecycle, gold,
// check, index, publish, and the run that strings them together. (The collecting step is the
// package jobs/collect, which needs no tables.)
//
// A step is a function of a [Window], a source and the snapshots it read. Running it twice
// leaves the rows that running it once does; running windows in any order and in any
// chunks leaves the rows that one run over all of them does, because a step restates what
// depends on its neighbours in time. Each step writes whole units through lake.Overwrite,
// sees to it that rows in = out + rejected + duplicate before it commits, and is recorded
// in ops.runs last.
package jobs
