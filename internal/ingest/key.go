package ingest

import (
	"cmp"
	"math"
	"strconv"

	"xiaoguan/internal/engine"
)

// Key is a company's own id of a record. Ids that are plain whole numbers are held as numbers, without a string each. The zero Key is
// no key. Keys are comparable, and equal exactly when their texts are.
type Key struct {
	text   string
	number int64 // the number plus one; 0 when text is set or there is no key
}

// TextKey returns the key of a text.
func TextKey(text string) Key {
	if n, ok := keyNumber([]byte(text)); ok {
		return Key{number: n + 1}
	}
	return Key{text: text}
}

// keyNumber reads digits without leading zeros, so that the number gives the same text back.
func keyNumber(b []byte) (n int64, ok bool) {
	if len(b) == 0 || len(b) > 18 || b[0] == '0' && len(b) > 1 {
		return 0, false
	}
	for _, c := range b {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int64(c-'0')
	}
	return n, n < math.MaxInt64
}

// Empty reports whether there is no key.
func (k Key) Empty() bool { return k.number == 0 && k.text == "" }

// Number returns the value of a key that is a plain whole number.
func (k Key) Number() (n int64, ok bool) { return k.number - 1, k.number > 0 }

// String returns the text of the key.
func (k Key) String() string {
	if k.number > 0 {
		return strconv.FormatInt(k.number-1, 10)
	}
	return k.text
}

// Compare is the engine's total order of keys (engine.CompareKeys), quick for the plain numbers that most keys are.
func (k Key) Compare(other Key) int {
	if k.number > 0 && other.number > 0 {
		return cmp.Compare(k.number, other.number)
	}
	return engine.CompareKeys(k.String(), other.String())
}

// keyIndex numbers keys from 0 in the order in which they are added.
type keyIndex struct {
	numbers numberIndex
	texts   map[string]int32
	count   int32
}

// add gives the key the next index. It is false when the key has one already.
func (x *keyIndex) add(k Key) (index int32, added bool) {
	if x.find(k) >= 0 {
		return 0, false
	}
	index = x.count
	if n, ok := k.Number(); ok {
		x.numbers.put(n, index)
	} else {
		if x.texts == nil {
			x.texts = map[string]int32{}
		}
		x.texts[k.text] = index
	}
	x.count++
	return index, true
}

// find returns the key's index, or -1.
func (x *keyIndex) find(k Key) int32 {
	if n, ok := k.Number(); ok {
		return x.numbers.get(n)
	}
	if index, ok := x.texts[k.text]; ok {
		return index
	}
	return -1
}

// numberIndex maps numbers to indices: pages for ids that lie close together, which most do, a map for the others.
type numberIndex struct {
	pages  []*[pageSize]int32 // index + 1
	opened int
	count  int
	far    map[int64]int32
}

const (
	pageSize   = 4096
	pagesLimit = 1 << 20 // numbers below 2^32 can have a page
	freePages  = 4096    // pages opened without asking how full they are: 64 MiB
)

func (x *numberIndex) get(n int64) int32 {
	if page := n / pageSize; page < int64(len(x.pages)) && x.pages[page] != nil {
		return x.pages[page][n%pageSize] - 1
	}
	if index, ok := x.far[n]; ok {
		return index
	}
	return -1
}

func (x *numberIndex) put(n int64, index int32) {
	x.count++
	page := n / pageSize
	if page < pagesLimit && (x.opened < freePages || x.opened < x.count/(pageSize/16)) {
		if int(page) >= len(x.pages) {
			x.pages = append(x.pages, make([]*[pageSize]int32, int(page)+1-len(x.pages))...)
		}
		if x.pages[page] == nil && x.far == nil {
			x.pages[page] = new([pageSize]int32)
			x.opened++
		}
	}
	if page < int64(len(x.pages)) && x.pages[page] != nil {
		x.pages[page][n%pageSize] = index + 1
		return
	}
	if x.far == nil {
		x.far = map[int64]int32{}
	}
	x.far[n] = index
}

// keySet tells a key that was there before. Payments use it: a bit each for numbers that lie close together.
type keySet struct {
	pages  [][]uint64
	opened int
	count  int
	far    map[int64]struct{}
	texts  map[string]struct{}
}

const (
	setPage      = 1 << 16 // numbers a page, 8 KiB
	freeSetPages = 4096
)

// add reports whether the key is new.
func (s *keySet) add(k Key) bool {
	s.count++
	n, ok := k.Number()
	if !ok {
		return addTo(&s.texts, k.text)
	}
	page := n / setPage
	if page < pagesLimit {
		if int(page) >= len(s.pages) {
			s.pages = append(s.pages, make([][]uint64, int(page)+1-len(s.pages))...)
		}
		if s.pages[page] == nil && s.far == nil && (s.opened < freeSetPages || s.opened < s.count/1024) {
			s.pages[page] = make([]uint64, setPage/64)
			s.opened++
		}
		if bits := s.pages[page]; bits != nil {
			at, bit := n%setPage/64, uint64(1)<<(n%64)
			if bits[at]&bit != 0 {
				return false
			}
			bits[at] |= bit
			return true
		}
	}
	return addTo(&s.far, n)
}

func addTo[K comparable](set *map[K]struct{}, k K) bool {
	if *set == nil {
		*set = map[K]struct{}{}
	}
	before := len(*set)
	(*set)[k] = struct{}{}
	return len(*set) > before
}
