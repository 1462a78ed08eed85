package store

import (
	"bufio"
	"os"
	"strconv"
	"strings"
)

// largeCacheMax is as much as a cache for very many rows may take, and largeCachePart which part of the memory at most, as one of so many.
const (
	largeCacheMax  = 2 << 30
	largeCachePart = 6
)

// largeCache is how many bytes a cache for very many rows may take here; 0 where nothing says how much memory there is.
func largeCache() int64 {
	return min(largeCacheMax, memory("/proc/meminfo", "/sys/fs/cgroup/memory.max")/largeCachePart)
}

// memory is how many bytes this process may use: what the system has, or fewer where a container is allowed fewer. 0 where files do not say.
func memory(system, container string) int64 {
	total := int64(0)
	if file, err := os.Open(system); err == nil {
		defer file.Close()
		for lines := bufio.NewScanner(file); lines.Scan(); {
			if value, found := strings.CutPrefix(lines.Text(), "MemTotal:"); found {
				kilobytes, _ := strconv.ParseInt(strings.TrimSpace(strings.TrimSuffix(value, "kB")), 10, 64)
				total = kilobytes << 10
				break
			}
		}
	}
	if text, err := os.ReadFile(container); err == nil { // "max" where there is no limit
		if limit, err := strconv.ParseInt(strings.TrimSpace(string(text)), 10, 64); err == nil && (total == 0 || limit < total) {
			total = limit
		}
	}
	return total
}
