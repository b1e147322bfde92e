package main

import (
	"testing"
	"testing/fstest"
)

func TestSystemMemory(t *testing.T) {
	file := func(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text)} }
	machine := file("MemTotal:       8388608 kB\nMemFree: 1 kB\n")
	for name, c := range map[string]struct {
		system fstest.MapFS
		want   int64
	}{
		"nothing is known": {fstest.MapFS{}, 0},
		"the machine":      {fstest.MapFS{"proc/meminfo": machine}, 8 << 30},
		"a container": {fstest.MapFS{"proc/meminfo": machine, "proc/self/cgroup": file("0::/\n"),
			"sys/fs/cgroup/memory.max": file("2147483648\n")}, 2 << 30},
		"no limit": {fstest.MapFS{"proc/meminfo": machine, "proc/self/cgroup": file("0::/a\n"),
			"sys/fs/cgroup/memory.max": file("max\n"), "sys/fs/cgroup/a/memory.max": file("max\n")}, 8 << 30},
		"a group above": {fstest.MapFS{"proc/meminfo": machine, "proc/self/cgroup": file("0::/a/b/c\n"),
			"sys/fs/cgroup/a/memory.max": file("1073741824\n"), "sys/fs/cgroup/a/b/c/memory.max": file("3221225472\n")}, 1 << 30},
		"the first version": {fstest.MapFS{"proc/meminfo": machine, "proc/self/cgroup": file("5:cpu:/x\n4:memory:/p/q\n0::/\n"),
			"sys/fs/cgroup/memory/memory.limit_in_bytes": file("9223372036854771712\n"), "sys/fs/cgroup/memory/p/q/memory.limit_in_bytes": file("2147483648\n")}, 2 << 30},
	} {
		t.Run(name, func(t *testing.T) {
			if got := systemMemory(c.system); got != c.want {
				t.Errorf("got %d, want %d", got, c.want)
			}
		})
	}
}
