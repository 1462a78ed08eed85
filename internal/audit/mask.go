package audit

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// Masked stands where something is not for the reader's eyes.
const Masked = "***"

// payKinds are the subjects whose words may name amounts.
var payKinds = []string{"adjustment", "dispute", "retro", "budget"}

// payWords are what people write about pay, in the states of those subjects.
var payWords = []string{"reason", "evidence", "note", "text"}

// masked is an entry without amounts.
func masked(e Entry) (Entry, error) {
	kind, _, _ := strings.Cut(e.Subject, ":")
	words := slices.Contains(payKinds, kind)
	for _, state := range []*json.RawMessage{&e.Before, &e.After} {
		if len(*state) == 0 {
			continue
		}
		var tree any
		decoder := json.NewDecoder(bytes.NewReader(*state))
		decoder.UseNumber()
		if err := decoder.Decode(&tree); err != nil {
			return Entry{}, fmt.Errorf("read the state of entry %d: %w", e.Seq, err)
		}
		hide(tree, words)
		hidden, err := Canonical(tree)
		if err != nil {
			return Entry{}, err
		}
		*state = hidden
	}
	return e, nil
}

// hide masks what a tree holds of amounts, and of words where they are about pay. An empty word says nothing and stays.
func hide(tree any, words bool) {
	switch t := tree.(type) {
	case map[string]any:
		for key, value := range t {
			text, isText := value.(string)
			_, isNumber := value.(json.Number)
			switch {
			case isNumber && strings.HasSuffix(strings.ToLower(key), "minor"), words && isText && text != "" && slices.Contains(payWords, key):
				t[key] = Masked
			default:
				hide(value, words)
			}
		}
	case []any:
		for _, value := range t {
			hide(value, words)
		}
	}
}
