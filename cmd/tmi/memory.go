package main

import (
	"os"
	"runtime/debug"
	"strconv"
	"strings"
)

// systemMemory is what the cgroup allows, or the machine has, in bytes; 0 if neither says.
func systemMemory() int64 {
	for _, path := range []string{"/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"} {
		if text, err := os.ReadFile(path); err == nil {
			if n, err := strconv.ParseInt(strings.TrimSpace(string(text)), 10, 64); err == nil && n < 1<<50 {
				return n
			}
		}
	}
	text, err := os.ReadFile("/proc/meminfo")
	if err != nil {
		return 0
	}
	for _, line := range strings.Split(string(text), "\n") {
		fields := strings.Fields(line)
		if len(fields) >= 2 && fields[0] == "MemTotal:" {
			kib, _ := strconv.ParseInt(fields[1], 10, 64) // a machine without the line gets no limit
			return kib << 10
		}
	}
	return 0
}

// shareMemory splits the allowance between DuckDB and Go, tells Go its part, and returns
// DuckDB's; 0 means no limit is known. The binary itself and buffers of the C side take
// what is left.
func shareMemory(allowed Bytes) int64 {
	total := int64(allowed)
	if total == 0 {
		total = systemMemory() * 3 / 4
	}
	if total == 0 {
		return 0
	}
	const mostForDuckDB = 4 << 30
	duck := min(total*2/5, mostForDuckDB)
	debug.SetMemoryLimit(total * 2 / 5)
	return duck
}
