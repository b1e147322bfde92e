//go:build unix

package door

import (
	"os"
	"os/exec"
	"syscall"
)

// isolate keeps the terminal's signals from the worker: its end is the pool's to decide.
func isolate(c *exec.Cmd) { c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

// suspend stops a process where it is. Both do nothing to one that has ended.
func suspend(p *os.Process) { _ = p.Signal(syscall.SIGSTOP) }

// resume lets it go on.
func resume(p *os.Process) { _ = p.Signal(syscall.SIGCONT) }
