// Package runlog keeps what runs logged beside what they made: an object of lines for each
// command that ran one, below state/logs/ in the lake. Each line of a run names it by run_id.
package runlog
