// Package mention finds whom a text calls by @: colleagues, by name or by the company's number, so that they can be told.
//
// Chinese has no blanks between words, so what follows an @ is read as the longest beginning that is somebody's name. A name that two
// people have calls neither of them; their numbers do. It tells nobody and stores nothing: who keeps the text does both.
package mention

import (
	"context"
	"slices"
	"strings"
	"unicode"
)

// Person is somebody who may be called.
type Person struct {
	ID   int64
	Key  string
	Name string
}

// Reader knows people.
type Reader interface {
	// PersonsCalled returns the people of today whose name or number is one of the texts, by id.
	PersonsCalled(ctx context.Context, texts []string) ([]Person, error)
}

// The most calls of one text that are looked at, and the longest name in characters.
const (
	callsMax     = 20
	nameRunesMax = 40
)

// Calls returns what follows each @ of a text, up to where no name goes on. An @ inside a word, as in an address, calls nobody.
func Calls(text string) (calls []string) {
	runes := []rune(text)
	for i, r := range runes {
		if r != '@' && r != '＠' || i > 0 && latin(runes[i-1]) || len(calls) == callsMax {
			continue
		}
		end := i + 1
		for end < len(runes) && end-i <= nameRunesMax && inName(runes[end]) {
			end++
		}
		if call := strings.TrimRight(string(runes[i+1:end]), "-._"); call != "" {
			calls = append(calls, call)
		}
	}
	return calls
}

// latin reports whether a rune before an @ makes it part of an address.
func latin(r rune) bool {
	return r < unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("._%+-", r))
}

func inName(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("-._·", r)
}

// beginnings are what a call may mean, the longest first.
func beginnings(call string) (texts []string) {
	runes := []rune(call)
	for end := len(runes); end > 0; end-- {
		if end == len(runes) || !(latin(runes[end-1]) && latin(runes[end])) { // a Latin word is not cut
			texts = append(texts, string(runes[:end]))
		}
	}
	return texts
}

// Find returns whom a text calls, each once, in the order of the text.
func Find(ctx context.Context, r Reader, text string) (called []Person, err error) {
	calls := Calls(text)
	var asked []string
	for _, call := range calls {
		asked = append(asked, beginnings(call)...)
	}
	if len(asked) == 0 {
		return nil, nil
	}
	slices.Sort(asked)
	people, err := r.PersonsCalled(ctx, slices.Compact(asked))
	if err != nil {
		return nil, err
	}
	for _, call := range calls {
		if p, ok := meant(call, people); ok && !slices.Contains(called, p) {
			called = append(called, p)
		}
	}
	return called, nil
}

// meant is the one person whom the longest fitting beginning of a call names.
func meant(call string, people []Person) (Person, bool) {
	for _, text := range beginnings(call) {
		var fitting []Person
		for _, p := range people {
			if p.Key == text {
				return p, true
			}
			if p.Name == text {
				fitting = append(fitting, p)
			}
		}
		switch len(fitting) {
		case 0:
		case 1:
			return fitting[0], true
		default:
			return Person{}, false
		}
	}
	return Person{}, false
}
