package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"syscall"
	"time"
)

// startTimes is how often the program is started for one line.
const startTimes = 5

// patience is how long a start may take before the run fails: it answers at all or it does not, how fast is what is measured.
const patience = 2 * time.Minute

// starts measures how long the built program takes from the start of the process to the first page, and prints the table.
func starts(ctx context.Context, out io.Writer, binary, folder string) error {
	fmt.Fprintf(out, "\nFrom the start of the process to the first answer; median of %d starts\n\n| start | s | least–most s |\n|---|---|---|\n", startTimes)
	existing := filepath.Join(folder, "existing")
	for _, line := range []struct {
		title, path string
		arguments   func(i int) []string
	}{
		{"server on an empty data folder", "/readyz", func(i int) []string {
			return []string{"serve", "--data", filepath.Join(folder, fmt.Sprintf("empty-%d", i))}
		}},
		{"server on an existing data folder", "/readyz", func(int) []string { return []string{"serve", "--data", filepath.Join(folder, "empty-0")} }},
		{"demonstration, made anew, to its sign-in page", "/sign-in", func(i int) []string { return []string{"demo", "--data", existing + fmt.Sprint(i)} }},
		{"demonstration made before, to its sign-in page", "/sign-in", func(int) []string { return []string{"demo", "--data", existing + "0"} }},
	} {
		var times []time.Duration
		for i := range startTimes {
			took, err := startOnce(ctx, line.path, append([]string{binary}, line.arguments(i)...))
			if err != nil {
				return fmt.Errorf("%s: %w", line.title, err)
			}
			times = append(times, took)
		}
		slices.Sort(times)
		fmt.Fprintf(out, "| %s | %.2f | %.2f–%.2f |\n", line.title, times[len(times)/2].Seconds(), times[0].Seconds(), times[len(times)-1].Seconds())
	}
	return nil
}

// startOnce starts the program on a free port, asks until it answers, and stops it.
func startOnce(ctx context.Context, path string, command []string) (took time.Duration, err error) {
	address, err := freeAddress(ctx)
	if err != nil {
		return 0, err
	}
	process := exec.CommandContext(ctx, command[0], append(command[1:], "--addr", address, "--quiet")...)
	process.Stderr = os.Stderr
	start := time.Now()
	if err := process.Start(); err != nil {
		return 0, err
	}
	took, err = firstAnswer(ctx, "http://"+address+path, start)
	return took, errors.Join(err, process.Process.Signal(syscall.SIGTERM), process.Wait())
}

func freeAddress(ctx context.Context) (string, error) {
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return listener.Addr().String(), listener.Close()
}

// firstAnswer asks every few milliseconds until the address answers that all is well.
func firstAnswer(ctx context.Context, url string, start time.Time) (time.Duration, error) {
	for {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
		if err != nil {
			return 0, err
		}
		response, err := http.DefaultClient.Do(request)
		if err == nil {
			_, err = io.Copy(io.Discard, response.Body)
			err = errors.Join(err, response.Body.Close())
			if err == nil && response.StatusCode < http.StatusMultipleChoices {
				return time.Since(start), nil
			}
		}
		if time.Since(start) > patience {
			return 0, fmt.Errorf("%s does not answer: %w", url, err)
		}
		if err := pause(ctx); err != nil {
			return 0, err
		}
	}
}
