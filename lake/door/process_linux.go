package door

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"syscall"

	"golang.org/x/sys/unix"
)

// idle is how analysts' statements are scheduled (sched(7)): the site goes first. Unlike a
// thread of the lowest priority, one that is idle gives way at once to another that wakes.
var idle = unix.SchedAttr{Size: unix.SizeofSchedAttr, Policy: unix.SCHED_IDLE, Nice: 19}

// stepBack makes this process an idle one, and gives it the first place when the system is
// out of memory. Best effort: it is a courtesy, the limits do not rest on it.
func stepBack() {
	_ = os.WriteFile("/proc/self/oom_score_adj", []byte("1000"), 0o644)
	_ = syscall.Setrlimit(syscall.RLIMIT_CORE, &syscall.Rlimit{})
	lower(os.Getpid())
}

// lower makes a process idle. The pool does so as soon as it has started one,
// since what a program does before it begins costs as well when many are killed.
func lower(pid int) {
	threads, err := os.ReadDir(fmt.Sprintf("/proc/%d/task", pid))
	if err != nil {
		return
	}
	for _, t := range threads { // on Linux the schedule belongs to a thread; later ones inherit it
		if id, err := strconv.Atoi(t.Name()); err == nil {
			_ = unix.SchedSetAttr(id, &idle, 0)
		}
	}
}

// residentBytes is the memory that a process holds.
func residentBytes(pid int) (int64, bool) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", pid))
	if err != nil {
		return 0, false
	}
	fields := bytes.Fields(text)
	if len(fields) < 2 {
		return 0, false
	}
	pages, err := strconv.ParseInt(string(fields[1]), 10, 64)
	return pages * int64(os.Getpagesize()), err == nil
}
