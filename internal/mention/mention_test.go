package mention_test

import (
	"context"
	"slices"
	"testing"

	"xiaoguan/internal/mention"
)

type staff []mention.Person

func (s staff) PersonsCalled(_ context.Context, texts []string) (found []mention.Person, err error) {
	for _, p := range s {
		if slices.Contains(texts, p.Name) || slices.Contains(texts, p.Key) {
			found = append(found, p)
		}
	}
	return found, nil
}

var people = staff{{1, "E1", "王芳"}, {2, "E2", "王芳菲"}, {3, "E3", "李雷"}, {4, "E4", "李雷"}, {5, "a.smith", "Ann Smith"}}

func TestWhoIsCalled(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text string
		want []int64
	}{
		{"", nil},
		{"没人", nil},
		{"@王芳请看一下", []int64{1}},
		{"@王芳菲请看一下", []int64{2}},            // the longest name wins
		{"请@王芳，@E3 和 ＠E3 看", []int64{1, 3}}, // each once
		{"@李雷", nil},                        // two have the name
		{"@E4", []int64{4}},
		{"@a.smith, please", []int64{5}},
		{"@a.smithers", nil}, // no word is cut
		{"wang@E1.com", nil}, // an address
		{"写信给x@王芳.com", nil}, // the same
		{"@ 王芳", nil},        // a blank ends it
		{"@@王芳", []int64{1}},
	} {
		called, err := mention.Find(t.Context(), people, c.text)
		if err != nil {
			t.Fatal(err)
		}
		var ids []int64
		for _, p := range called {
			ids = append(ids, p.ID)
		}
		if !slices.Equal(ids, c.want) {
			t.Errorf("%q calls %v, want %v", c.text, ids, c.want)
		}
	}
}

func FuzzCalls(f *testing.F) {
	f.Add("@王芳请看 a@b.c ＠E1-")
	f.Fuzz(func(t *testing.T, text string) {
		for _, call := range mention.Calls(text) {
			if call == "" || len([]rune(call)) > 40 {
				t.Errorf("%q holds the call %q", text, call)
			}
		}
	})
}
