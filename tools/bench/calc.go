package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// engine is a program that closes W1.
type engine struct {
	name    string
	command []string // with {D} and {O}
}

// prepare builds the product and reads the list of peers. The product comes last in the list of engines.
func prepare(ctx context.Context, folder, peers string) (engines []engine, err error) {
	for _, peer := range strings.Split(peers, ";") {
		name, command, found := strings.Cut(strings.TrimSpace(peer), "=")
		if found {
			engines = append(engines, engine{name, strings.Fields(command)})
		}
	}
	binary := filepath.Join(folder, "xiaoguan")
	build := exec.CommandContext(ctx, "go", "build", "-trimpath", "-o", binary, "./cmd/xiaoguan")
	if output, err := build.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("build (run me from the root of the repository): %w\n%s", err, output)
	}
	command := []string{binary, "calc", "--plans", "bench/w1/plans", "--mapping", "bench/w1/mapping.yaml", "--data", "{D}", "--period", month, "--out", "{O}"}
	return append(engines, engine{"xiaoguan calc", command}), nil
}

// payoutsFile is what an engine writes into the folder of the data.
const payoutsFile = "payouts.csv"

// scaling prints how the time and the memory of calc grow from M to L. Both are run in turn, as the speed of a machine changes from one
// minute to the next by more than what is looked for here.
func scaling(ctx context.Context, out io.Writer, calc engine, medium, large string, runs int) error {
	var results [2][]result
	for range runs {
		for i, data := range []string{medium, large} {
			r, err := once(ctx, calc, data, filepath.Join(data, payoutsFile))
			if err != nil {
				return fmt.Errorf("%s: %w", calc.name, err)
			}
			results[i] = append(results[i], r)
		}
	}
	growth := func(of func(result) float64) float64 { return median(results[1], of) / median(results[0], of) }
	_, err := fmt.Fprintf(out, "\nL ÷ M of %s, run in turn: time %.1f, cpu %.1f, peak memory %.1f\n", calc.name, growth(result.seconds), growth(result.cpuSeconds), growth(result.mebibytes))
	return err
}

// withoutQuotes makes the results of engines that quote, or end lines as Windows does, comparable.
func withoutQuotes(text []byte) []byte {
	return bytes.ReplaceAll(bytes.ReplaceAll(text, []byte("\r"), nil), []byte(`"`), nil)
}

// result is one run.
type result struct {
	wall      time.Duration
	cpu       time.Duration
	peakBytes int64
}

func (r result) seconds() float64    { return r.wall.Seconds() }
func (r result) cpuSeconds() float64 { return r.cpu.Seconds() }
func (r result) mebibytes() float64  { return float64(r.peakBytes) / (1 << 20) }

// measure runs all engines in turn and checks that all pay the same.
func measure(ctx context.Context, engines []engine, data string, runs int) ([][]result, error) {
	results := make([][]result, len(engines))
	var reference []byte
	for range runs {
		for i, engine := range engines {
			out := filepath.Join(data, payoutsFile)
			if err := os.Remove(out); err != nil && !errors.Is(err, os.ErrNotExist) {
				return nil, err
			}
			r, err := once(ctx, engine, data, out)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", engine.name, err)
			}
			results[i] = append(results[i], r)
			paid, err := os.ReadFile(out)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", engine.name, err)
			}
			paid = withoutQuotes(paid)
			if reference == nil {
				reference = paid
			} else if !bytes.Equal(reference, paid) {
				return nil, fmt.Errorf("%s pays something else than %s", engine.name, engines[0].name)
			}
		}
	}
	return results, nil
}

func once(ctx context.Context, e engine, data, out string) (result, error) {
	var arguments []string
	for _, argument := range e.command {
		arguments = append(arguments, strings.NewReplacer("{D}", data, "{O}", out).Replace(argument))
	}
	var messages bytes.Buffer
	command := exec.CommandContext(ctx, arguments[0], arguments[1:]...)
	command.Stderr = &messages
	start := time.Now()
	err := command.Run()
	wall := time.Since(start)
	if err != nil {
		return result{}, fmt.Errorf("%w\n%s", err, messages.String())
	}
	state := command.ProcessState
	return result{wall, state.UserTime() + state.SystemTime(), peak(state)}, nil
}

// table prints one size as a Markdown table.
func table(out io.Writer, size string, shape shape, engines []engine, results [][]result) {
	fmt.Fprintf(out, "\n%s: %d sellers, %d payments in the month, %d in the file\n\n", size, shape.sellers, shape.payments, shape.rows())
	fmt.Fprintln(out, "| engine | median s | min–max s | cpu s | peak MiB | ratio |\n|---|---|---|---|---|---|")
	base := median(results[0], result.seconds)
	for i, engine := range engines {
		slices.SortFunc(results[i], func(a, b result) int { return int(a.wall - b.wall) })
		first, last := results[i][0], results[i][len(results[i])-1]
		ratio := "–"
		if len(engines) > 1 {
			ratio = fmt.Sprintf("%.2f", median(results[i], result.seconds)/base)
		}
		fmt.Fprintf(out, "| %s | %.3f | %.3f–%.3f | %.2f | %.0f | %s |\n", engine.name, median(results[i], result.seconds), first.seconds(), last.seconds(),
			median(results[i], result.cpuSeconds), median(results[i], result.mebibytes), ratio)
	}
}

func median(results []result, of func(result) float64) float64 {
	values := make([]float64, len(results))
	for i, r := range results {
		values[i] = of(r)
	}
	slices.Sort(values)
	if n := len(values); n%2 == 0 {
		return (values[n/2-1] + values[n/2]) / 2
	}
	return values[len(values)/2]
}
