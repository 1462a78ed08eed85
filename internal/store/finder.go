package store

import (
	"bytes"
	"hash/maphash"
	"slices"
	"strings"
	"unicode/utf8"

	"xiaoguan/internal/naming"
)

// A finder tells, without reading any table, which of very many texts hold what somebody typed (ADR 0015). It keeps the texts themselves,
// in blocks of blockTexts, and for every gram, which is a short run of characters, the blocks that have it. Of what is looked for all
// grams are asked, the few blocks that have them all are read. A text that has changed stands at the end again and the old one is dead.

const (
	// blockTexts is how many texts are read together: more make the lists of blocks shorter and the reading longer.
	blockTexts = 64
	// gramLists is how many lists of blocks there are: grams are hashed, so two may share one, which costs reading and no wrong answer.
	gramLists = 1 << 17
	// deadShare is the part of dead texts, as 1 of so many, from which a finder is filled anew.
	deadShare = 4
)

// gramList is the list of the numbers of blocks, as differences in 7 bits a byte.
type gramList struct {
	last   uint32 // the last block in it, counted from 1; 0 for none
	deltas []byte
}

type textBlock struct {
	text   []byte   // the texts, each ended by textEnd
	starts []uint32 // where each begins
	ids    []int64
}

const textEnd = 0

// finder is filled by put in the order of ids; nothing in it waits or locks.
type finder struct {
	seed   maphash.Seed
	blocks []textBlock
	lists  []gramList
	moved  map[int64]textPlace // where the present text of an id is, if it is not its first; nowhere for none
	maxID  int64
	texts  int
	dead   int
}

type textPlace struct{ block, text int }

var nowhere = textPlace{-1, -1}

func newFinder() *finder {
	return &finder{seed: maphash.MakeSeed(), lists: make([]gramList, gramLists), moved: map[int64]textPlace{}}
}

// put sets the text of an id.
func (f *finder) put(id int64, text string) {
	if len(f.blocks) == 0 || len(f.blocks[len(f.blocks)-1].ids) == blockTexts {
		if n := len(f.blocks); n > 0 {
			full := &f.blocks[n-1]
			full.text = slices.Clip(full.text)
		}
		f.blocks = append(f.blocks, textBlock{ids: make([]int64, 0, blockTexts), starts: make([]uint32, 0, blockTexts)})
	}
	number := len(f.blocks)
	b := &f.blocks[number-1]
	if id <= f.maxID {
		f.remove(id)
		f.moved[id] = textPlace{number - 1, len(b.ids)}
	}
	f.maxID = max(f.maxID, id)
	f.texts++
	b.ids, b.starts = append(b.ids, id), append(b.starts, uint32(len(b.text)))
	b.text = append(append(b.text, text...), textEnd)
	eachGram(text, true, func(gram string) {
		list := &f.lists[f.list(gram)]
		if list.last == uint32(number) {
			return
		}
		delta := uint32(number) - list.last
		for ; delta >= 0x80; delta >>= 7 {
			list.deltas = append(list.deltas, byte(delta)|0x80)
		}
		list.deltas = append(list.deltas, byte(delta))
		list.last = uint32(number)
	})
}

// remove takes an id out that was put before.
func (f *finder) remove(id int64) {
	if f.moved[id] != nowhere {
		f.moved[id] = nowhere
		f.dead++
	}
}

// worn reports that a finder holds too much that is dead.
func (f *finder) worn() bool { return f.dead > 1000 && f.dead > f.texts/deadShare }

func (f *finder) list(gram string) uint64 { return maphash.String(f.seed, gram) % gramLists }

// find returns ids whose texts hold one of the terms, at most limit, each once, in no order.
func (f *finder) find(terms []naming.Term, limit int) (ids []int64) {
	var seen idSet
	for _, term := range terms {
		wanted := []byte(term.Text)
		for _, number := range f.candidates(term.Text) {
			b := &f.blocks[number]
			for at := 0; at < len(b.text); {
				hit := bytes.Index(b.text[at:], wanted)
				if hit < 0 {
					break
				}
				n, exact := slices.BinarySearch(b.starts, uint32(at+hit))
				if !exact {
					n--
				}
				end := b.end(n)
				if sounds := bytes.Index(b.text[b.starts[n]:end], soundsFrom) + int(b.starts[n]); term.Sound != (at+hit > sounds) {
					at = end // read on in the part that is meant, if that comes later
					if term.Sound && bytes.Contains(b.text[sounds:end], wanted) {
						f.hit(b.ids[n], textPlace{number, n}, &seen, &ids)
					}
				} else {
					f.hit(b.ids[n], textPlace{number, n}, &seen, &ids)
					at = end
				}
				if len(ids) == limit {
					return ids
				}
			}
		}
	}
	return ids
}

var soundsFrom = []byte(naming.SoundsFrom)

// end is where the text n of the block ends.
func (b *textBlock) end(n int) int {
	if n+1 < len(b.starts) {
		return int(b.starts[n+1])
	}
	return len(b.text)
}

// hit notes an id once, if the text at the place is its present one.
func (f *finder) hit(id int64, at textPlace, seen *idSet, ids *[]int64) {
	if !seen.has(id) && f.stands(id, at) {
		seen.add(id)
		*ids = append(*ids, id)
	}
}

// stands reports whether the text at a place is the present one of its id.
func (f *finder) stands(id int64, at textPlace) bool {
	place, moved := f.moved[id]
	return !moved || place == at
}

// candidates are the blocks in which a term may be: those that have all its grams.
func (f *finder) candidates(term string) (blocks []int) {
	var lists []*gramList
	eachGram(term, false, func(gram string) { lists = append(lists, &f.lists[f.list(gram)]) })
	if len(lists) == 0 {
		blocks = make([]int, len(f.blocks))
		for i := range blocks {
			blocks[i] = i
		}
		return blocks
	}
	slices.SortFunc(lists, func(a, b *gramList) int { return len(a.deltas) - len(b.deltas) })
	blocks = lists[0].blocks(nil)
	for _, list := range lists[1:] {
		if len(blocks) < 2 {
			break // reading one is cheaper than another list
		}
		blocks = list.blocks(blocks)
	}
	return blocks
}

// blocks reads a list; with some given, those of them that are in it.
func (l *gramList) blocks(among []int) (found []int) {
	all, next, at := among == nil, 0, 0
	if !all {
		found = among[:0]
	}
	for i := 0; i < len(l.deltas); i++ {
		delta, shift := 0, 0
		for ; l.deltas[i] >= 0x80; i++ {
			delta |= int(l.deltas[i]&0x7f) << shift
			shift += 7
		}
		at += delta | int(l.deltas[i])<<shift
		if all {
			found = append(found, at-1)
			continue
		}
		for next < len(among) && among[next] < at-1 {
			next++
		}
		if next == len(among) {
			break
		}
		if among[next] == at-1 {
			found = append(found, at-1)
		}
	}
	return found
}

// The grams of a text: of Latin letters, digits and signs every run of two to four, of other characters each one and each pair.
const (
	latinMin = 2
	latinMax = 4
)

// eachGram calls fn with the grams of a text: all for a text that is kept; for a term only the longest, which are the rarest. Where a line
// ends, grams do.
func eachGram(text string, kept bool, fn func(gram string)) {
	for line := range strings.SplitSeq(text, "\n") {
		for at := 0; at < len(line); {
			if line[at] >= utf8.RuneSelf {
				at += otherGrams(line, at, kept, fn)
				continue
			}
			end := at
			for end < len(line) && line[end] < utf8.RuneSelf {
				end++
			}
			latinGrams(line[at:end], kept, fn)
			at = end
		}
	}
}

func latinGrams(run string, kept bool, fn func(gram string)) {
	least := latinMin
	if !kept {
		least = min(latinMax, len(run))
	}
	for length := max(least, latinMin); length <= latinMax; length++ {
		for i := 0; i+length <= len(run); i++ {
			fn(run[i : i+length])
		}
	}
}

// otherGrams calls fn with the character at a place and its pair with the next, and returns how long it is.
func otherGrams(line string, at int, kept bool, fn func(gram string)) int {
	_, size := utf8.DecodeRuneInString(line[at:])
	next := at + size
	pair := next < len(line) && line[next] >= utf8.RuneSelf
	if kept || !pair {
		fn(line[at:next])
	}
	if pair {
		_, more := utf8.DecodeRuneInString(line[next:])
		fn(line[at : next+more])
	}
	return size
}
