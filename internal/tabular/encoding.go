package tabular

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"xiaoguan/internal/errs"
)

// Encoding names how a text file writes characters.
type Encoding string

// The encodings that are read. EncodingAuto detects; the GB family (GB2312, GBK) is read as its superset GB18030.
const (
	EncodingAuto    Encoding = ""
	EncodingUTF8    Encoding = "utf-8"
	EncodingGB18030 Encoding = "gb18030"
)

// ParseEncoding reads the name of an encoding, whatever its case. An encoding we don't read is refused by name.
func ParseEncoding(name string) (Encoding, error) {
	switch strings.ToLower(strings.ReplaceAll(name, "_", "-")) {
	case "", "auto":
		return EncodingAuto, nil
	case "utf-8", "utf8":
		return EncodingUTF8, nil
	case "gb18030", "gbk", "gb2312", "cp936":
		return EncodingGB18030, nil
	}
	return EncodingAuto, refuseEncoding(name)
}

func refuseEncoding(name string) error {
	return problem(errs.KindInvalid, 0, name, "tabular.encoding", errs.Args{"Encoding": name})
}

var utf8BOM = []byte{0xEF, 0xBB, 0xBF}

// detectEncoding looks at the beginning of a file. whole says that sample is all of it. A byte order mark of another encoding, or text
// that is neither UTF-8 nor plausible GB18030, is refused with the name of what it looks like.
func detectEncoding(sample []byte, whole bool) (Encoding, error) {
	switch {
	case bytes.HasPrefix(sample, utf8BOM):
		return EncodingUTF8, nil
	case bytes.HasPrefix(sample, []byte{0xFF, 0xFE, 0, 0}), bytes.HasPrefix(sample, []byte{0, 0, 0xFE, 0xFF}):
		return "", refuseEncoding("UTF-32")
	case bytes.HasPrefix(sample, []byte{0xFF, 0xFE}), bytes.HasPrefix(sample, []byte{0xFE, 0xFF}), looksUTF16(sample):
		return "", refuseEncoding("UTF-16")
	case bytes.HasPrefix(sample, []byte("PK\x03\x04")):
		return "", refuseEncoding("ZIP")
	case validUTF8Prefix(sample, whole):
		return EncodingUTF8, nil
	}
	return detectMultibyte(sample)
}

// looksUTF16 notices text without a mark in which every other byte is zero.
func looksUTF16(sample []byte) bool {
	head := sample[:min(len(sample), 256)]
	even, odd := 0, 0
	for i, b := range head {
		if b == 0 && i%2 == 0 {
			even++
		} else if b == 0 {
			odd++
		}
	}
	return len(head) >= 8 && (even > len(head)/4 && odd == 0 || odd > len(head)/4 && even == 0)
}

// validUTF8Prefix is utf8.Valid, but forgives a character cut off at the end of a sample.
func validUTF8Prefix(sample []byte, whole bool) bool {
	if !whole {
		for i := 1; i <= min(utf8.UTFMax, len(sample)); i++ {
			if c := sample[len(sample)-i]; utf8.RuneStart(c) {
				if !utf8.FullRune(sample[len(sample)-i:]) {
					sample = sample[:len(sample)-i]
				}
				break
			}
		}
	}
	return utf8.Valid(sample)
}

// detectMultibyte tells GB18030 from its neighbours by where pairs of bytes lie: in simplified Chinese nearly all have both bytes at
// 0xA1 or above; in Big5 and Shift_JIS many second bytes are ASCII; in an 8-bit encoding most are letters or punctuation.
func detectMultibyte(sample []byte) (Encoding, error) {
	pairs, high, kana, asciiTail := 0, 0, 0, 0
	for i := 0; i+1 < len(sample); i++ {
		lead, tail := sample[i], sample[i+1]
		if lead < 0x80 {
			continue
		}
		pairs++
		switch {
		case lead >= 0xA1 && tail >= 0xA1:
			high++
		case lead >= 0x81 && lead <= 0x84 && tail < 0x80 && tail >= 0x30 && tail <= 0x39: // four-byte GB18030
			high++
			i += 2
		case lead == 0x82 || lead == 0x83:
			kana++
		case tail < 0x40:
			asciiTail += 2
		case tail < 0x80:
			asciiTail++
		}
		i++
	}
	switch {
	case pairs == 0 || high*10 >= pairs*7:
		return EncodingGB18030, nil
	case kana*3 >= pairs:
		return "", refuseEncoding("Shift_JIS")
	case asciiTail*10 >= pairs*9:
		return "", refuseEncoding("Windows-1252")
	}
	return "", refuseEncoding("Big5")
}

// SniffDelimiter picks comma, semicolon or tab: whichever splits the first lines into the most columns of the same number. It looks
// outside quotes only and answers a comma when nothing is split.
func SniffDelimiter(sample []byte) byte {
	best, bestScore := byte(','), 0
	for _, delimiter := range []byte{',', ';', '\t'} {
		if score := delimiterScore(sample, delimiter); score > bestScore {
			best, bestScore = delimiter, score
		}
	}
	return best
}

// delimiterScore is the header's number of delimiters, doubled for each of the next rows that has as many.
func delimiterScore(sample []byte, delimiter byte) int {
	rows := Rows{data: sample, delimiter: delimiter, quoted: true, limits: Limits{}.OrDefault()}
	if !rows.Next() {
		return 0
	}
	columns := len(rows.Fields())
	score := columns - 1
	for range 5 {
		if !rows.Next() || rows.pos >= len(sample) { // the last row of a sample may be cut
			break
		}
		if len(rows.Fields()) == columns {
			score *= 2
		}
	}
	return score
}
