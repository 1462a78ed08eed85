package store

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"xiaoguan/internal/naming"
)

// TestFindersFindWhatReadingEverythingFinds lets texts come, change and go, and compares each search with reading all texts.
func TestFindersFindWhatReadingEverythingFinds(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		names := rapid.StringOfN(rapid.SampledFrom([]rune("上元科技海长单abn1 2-'")), 0, 9, -1)
		f, present := newFinder(), map[int64]string{}
		next := int64(1)
		for range rapid.IntRange(0, 300).Draw(t, "changes") {
			id := next
			if next > 1 && rapid.Bool().Draw(t, "old") {
				id = rapid.Int64Range(1, next-1).Draw(t, "id")
			} else {
				next += rapid.Int64Range(1, 3).Draw(t, "gap")
			}
			if id < next && id <= f.maxID && present[id] == "" {
				continue // never put, or gone
			}
			if present[id] != "" && rapid.IntRange(0, 3).Draw(t, "what") == 0 {
				f.remove(id)
				delete(present, id)
				continue
			}
			text := naming.Text(names.Draw(t, "name"), fmt.Sprint("C", id))
			f.put(id, text)
			present[id] = text
		}
		for range 5 {
			terms := naming.Terms(rapid.OneOf(names, rapid.SampledFrom([]string{"shang", "sy", "c1", "an", "chang", "s", "元"})).Draw(t, "typed"))
			var want []int64
			for id, text := range present {
				if slices.ContainsFunc(terms, func(term naming.Term) bool { return term.In(text) }) {
					want = append(want, id)
				}
			}
			got := f.find(terms, len(present)+1)
			slices.Sort(want)
			slices.Sort(got)
			if !slices.Equal(got, want) {
				t.Fatalf("%v finds %v, want %v", terms, got, want)
			}
			if few := f.find(terms, 2); len(few) != min(2, len(want)) {
				t.Fatalf("%v finds %v, at most two of %v", terms, few, want)
			}
		}
	})
}

func TestFindersWearOut(t *testing.T) {
	t.Parallel()
	f := newFinder()
	for id := range int64(3000) {
		f.put(id+1, naming.Text("上元"))
	}
	for id := range int64(1000) {
		f.put(id+1, naming.Text("下元"))
	}
	if f.worn() {
		t.Error("worn too soon")
	}
	f.put(2000, naming.Text("下元"))
	if !f.worn() {
		t.Errorf("%d dead of %d and not worn", f.dead, f.texts)
	}
	if got := len(f.find(naming.Terms("下元"), 5000)); got != 1001 {
		t.Errorf("%d found", got)
	}
}

// companies are n names as companies have them, each with a key and a code.
func companies(n int) (texts []string) {
	places := []string{"北京", "上海", "广州", "深圳", "杭州", "成都", "武汉", "西安", "苏州", "重庆", "江苏", "浙江"}
	trades := []string{"科技", "贸易", "实业", "网络科技", "电子", "制药", "机械", "信息技术", "建材", "食品"}
	state := uint64(1)
	next := func(n int) int { // the same names every time
		state = state*6364136223846793005 + 1442695040888963407
		return int(state>>33) % n
	}
	for i := range n {
		word := make([]rune, 2+next(3))
		for k := range word {
			word[k] = rune(0x4e00 + next(3500))
		}
		name := places[next(len(places))] + string(word) + trades[next(len(trades))] + "有限公司"
		texts = append(texts, naming.Text(name, fmt.Sprintf("C%07d", i), fmt.Sprintf("91%016d", next(1<<30)*next(1<<20))))
	}
	return texts
}

// BenchmarkFind looks for parts of 200,000 names, each in another way.
func BenchmarkFind(b *testing.B) {
	texts := companies(200_000)
	f := newFinder()
	for i, text := range texts {
		f.put(int64(i+1), text)
	}
	for _, typed := range []string{"伀", "上海伀", "有限公司", "shanghai", "bjyc", "zx", "C012345", "1009", "qqq", "9"} {
		terms := naming.Terms(typed)
		b.Run(typed, func(b *testing.B) {
			for b.Loop() {
				f.find(terms, fewMax+1)
			}
		})
	}
}

// BenchmarkPut fills a finder with 200,000 names.
func BenchmarkPut(b *testing.B) {
	texts := companies(200_000)
	for b.Loop() {
		f := newFinder()
		for i, text := range texts {
			f.put(int64(i+1), text)
		}
		size := 0
		for _, l := range f.lists {
			size += cap(l.deltas)
		}
		text := 0
		for _, block := range f.blocks {
			text += cap(block.text) + 12*cap(block.ids)
		}
		b.ReportMetric(float64(size)/float64(len(texts)), "list-B/text")
		b.ReportMetric(float64(text)/float64(len(texts)), "text-B/text")
	}
}
