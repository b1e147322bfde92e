//go:build unix

package door

import (
	"os/exec"
	"syscall"
)

// isolate keeps the terminal's signals from the worker: its end is the pool's to decide.
func isolate(c *exec.Cmd) { c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }
