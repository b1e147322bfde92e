// Package door answers analysts' SQL in a process of its own, which can be killed.
//
// A statement of a stranger can be hostile in two ways: it can ask for what it must not see,
// and it can take the machine. Against the first stand two walls. The [Worker] has DuckDB
// parse the statement and refuses every tree that is not one select, describe or explain
// over the tables it is bound to with pure functions; and the DuckDB that runs it has no
// access to anything but the bound files, its settings are locked, and its process was given
// neither the environment nor the addresses of the parent. Against the second stand limits
// within (memory, threads, temporary files, time, rows and bytes of the answer) and without:
// the [Pool] in the serving process watches the worker's memory and clock, kills the worker
// that oversteps, and starts another.
//
// The two speak lines of JSON over the worker's standard input and output: a [Binding]
// first, then a question and its reply in turn.
package door
