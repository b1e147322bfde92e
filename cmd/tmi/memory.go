package main

import (
	"io/fs"
	"os"
	"path"
	"runtime/debug"
	"strconv"
	"strings"
)

// unlimited is from where on a number of bytes means that there is no limit.
const unlimited = 1 << 50

// systemMemory is what the control groups of this process allow, or the machine has, in
// bytes; 0 if neither says. The file system is the one that holds proc and sys.
func systemMemory(system fs.FS) int64 {
	least := int64(unlimited)
	for _, file := range limitFiles(system) {
		if text, err := fs.ReadFile(system, file); err == nil {
			if n, err := strconv.ParseInt(strings.TrimSpace(string(text)), 10, 64); err == nil && n > 0 {
				least = min(least, n)
			}
		}
	}
	text, err := fs.ReadFile(system, "proc/meminfo")
	if err == nil {
		for line := range strings.Lines(string(text)) {
			if fields := strings.Fields(line); len(fields) >= 2 && fields[0] == "MemTotal:" {
				if kib, err := strconv.ParseInt(fields[1], 10, 64); err == nil {
					least = min(least, kib<<10)
				}
			}
		}
	}
	if least == unlimited {
		return 0
	}
	return least
}

// limitFiles are where a limit may stand: in the process's group or in any above it, for
// both versions of control groups. In a container the process's own path is often hidden,
// and its group is the root.
func limitFiles(system fs.FS) []string {
	const v1, v2 = "sys/fs/cgroup/memory", "sys/fs/cgroup"
	files := []string{path.Join(v2, "memory.max"), path.Join(v1, "memory.limit_in_bytes")}
	text, err := fs.ReadFile(system, "proc/self/cgroup")
	if err != nil {
		return files
	}
	for line := range strings.Lines(string(text)) {
		number, rest, _ := strings.Cut(strings.TrimSpace(line), ":")
		controllers, group, _ := strings.Cut(rest, ":")
		root, file := v2, "memory.max"
		switch {
		case controllers == "memory":
			root, file = v1, "memory.limit_in_bytes"
		case number != "0":
			continue
		}
		for group = path.Clean("/" + group); group != "/"; group = path.Dir(group) {
			files = append(files, path.Join(root, group, file))
		}
	}
	return files
}

// gcPercent lets the heap grow to three times what lives before it is collected: the limit
// below holds it where that would be too much.
const gcPercent = 200

// shareMemory splits the allowance between DuckDB and Go and tells Go its part; 0 means no
// limit is known. The binary itself and buffers of the C side take what is left.
func shareMemory(allowed Bytes) (duck, heap int64) {
	total := int64(allowed)
	if total == 0 {
		total = systemMemory(os.DirFS("/")) * 3 / 4
	}
	if total == 0 {
		return 0, 0
	}
	const mostForDuckDB = 4 << 30
	debug.SetGCPercent(gcPercent)
	duck, heap = min(total*2/5, mostForDuckDB), total*2/5
	debug.SetMemoryLimit(heap)
	return duck, heap
}
