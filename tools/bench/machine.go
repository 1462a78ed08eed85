package main

import (
	"fmt"
	"os"
	"runtime"
	"strings"
	"syscall"
)

// peak returns the greatest resident memory of a finished process in bytes.
func peak(state *os.ProcessState) int64 {
	usage, ok := state.SysUsage().(*syscall.Rusage)
	if !ok {
		return 0
	}
	if runtime.GOOS == "darwin" { // there the unit is bytes
		return int64(usage.Maxrss)
	}
	return int64(usage.Maxrss) << 10
}

// machine describes where the numbers come from; what the system doesn't tell is left out.
func machine() string {
	parts := []string{fmt.Sprintf("%d processors", runtime.NumCPU()), runtime.GOOS + "/" + runtime.GOARCH, runtime.Version()}
	if name := fileValue("/proc/cpuinfo", "model name"); name != "" {
		parts = append([]string{name}, parts...)
	}
	if memory := fileValue("/proc/meminfo", "MemTotal"); memory != "" {
		parts = append(parts, "memory "+memory)
	}
	if load, err := os.ReadFile("/proc/loadavg"); err == nil {
		parts = append(parts, "load before "+strings.Join(strings.Fields(string(load))[:3], " "))
	}
	return "Machine: " + strings.Join(parts, ", ")
}

// fileValue finds `key: value` in a file of the system.
func fileValue(name, key string) string {
	content, err := os.ReadFile(name)
	if err != nil {
		return ""
	}
	for line := range strings.Lines(string(content)) {
		if found, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(found) == key {
			return strings.TrimSpace(value)
		}
	}
	return ""
}
