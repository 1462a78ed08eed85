package faults

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// Diagnose asks a diagnosis about the files of a folder; what it prints is an Answer.
type Diagnose func(ctx context.Context, dir string) ([]byte, error)

// Benchmark says which companies are made and asked about.
type Benchmark struct {
	Companies int
	Seed      uint64
	Dir       string // companies are made here, one after the other, and taken away again
	Keep      bool   // leave them there
	Sellers   int    // of every company; 0: 20 to 5,000, most of them small
	Diagnose  Diagnose
	Told      func(n int, s Score, took time.Duration) // after each company
}

// Results are all scores of a run.
type Results struct {
	Seed    uint64
	Scores  []Score
	Longest time.Duration // of one diagnosis
}

// sizes are how large companies are: the largest of each class, and how many of a hundred are in it.
var sizes = []struct{ low, high, share int }{{20, 60, 35}, {60, 200, 35}, {200, 600, 20}, {600, 2000, 8}, {2000, 5000, 2}}

// draw says how the n-th company of a run is made: every fifth has no problem, the others one to twelve.
func (b Benchmark) draw(n int) Options {
	d := newDice(b.Seed, uint64(n)+1)
	o := Options{Seed: d.next(), Sellers: b.Sellers}
	weights := make([]float64, len(sizes))
	for i, s := range sizes {
		weights[i] = float64(s.share)
	}
	size := sizes[d.pick(weights)]
	if drawn := d.between(size.low, size.high); o.Sellers == 0 {
		o.Sellers = drawn
	}
	if n%5 != 4 {
		o.Faults = d.between(1, FaultsMax)
	}
	return o
}

// Run makes the companies, asks about each, and scores the answers.
func (b Benchmark) Run(ctx context.Context) (Results, error) {
	results := Results{Seed: b.Seed}
	for n := range b.Companies {
		from := filepath.Join(b.Dir, fmt.Sprintf("company-%04d", n+1))
		score, took, err := b.one(ctx, from, b.draw(n))
		if err != nil {
			return results, fmt.Errorf("company %d: %w", n+1, err)
		}
		results.Scores = append(results.Scores, score)
		results.Longest = max(results.Longest, took)
		if b.Told != nil {
			b.Told(n+1, score, took)
		}
	}
	return results, nil
}

func (b Benchmark) one(ctx context.Context, dir string, o Options) (Score, time.Duration, error) {
	files := filepath.Join(dir, "data")
	truth, err := Generate(ctx, files, o)
	if err != nil {
		return Score{}, 0, err
	}
	if !b.Keep {
		defer os.RemoveAll(dir)
	}
	if err := WriteTruth(filepath.Join(dir, "truth.json"), truth); err != nil {
		return Score{}, 0, err
	}
	began := time.Now()
	text, err := b.Diagnose(ctx, files)
	took := time.Since(began)
	if err != nil {
		return Score{}, took, err
	}
	if b.Keep {
		if err := os.WriteFile(filepath.Join(dir, "answer.json"), text, 0o644); err != nil {
			return Score{}, took, err
		}
	}
	score, err := Judge(o, truth, text)
	return score, took, err
}

// Judge scores what a diagnosis printed about the company of some options.
func Judge(o Options, truth Truth, text []byte) (Score, error) {
	var answer Answer
	if err := json.Unmarshal(text, &answer); err != nil {
		return Score{}, fmt.Errorf("the answer is no JSON object as docs/diagnosis-kinds.md has it: %w", err)
	}
	return drawn(o).house().judge(truth, answer), nil
}

// WriteTruth writes what is planted in a company, apart from its files.
func WriteTruth(name string, truth Truth) error {
	text, err := json.MarshalIndent(truth, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(name, append(text, '\n'), 0o644)
}
