package simulation

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"

	"github.com/klauspost/compress/zstd"

	"xiaoguan/internal/errs"
)

// unpackedMost is the greatest size of what is unpacked: ten thousand people over three years are some ten million numbers.
const unpackedMost = 512 << 20

func compress(text []byte) ([]byte, error) {
	encoder, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1), zstd.WithEncoderLevel(zstd.SpeedFastest))
	if err != nil {
		return nil, err
	}
	return encoder.EncodeAll(text, nil), nil
}

func broken(cause error) error {
	return errs.New(errs.KindInternal, "simulation.broken", nil).Because(cause)
}

func expand(packed []byte) ([]byte, error) {
	decoder, err := zstd.NewReader(bytes.NewReader(packed), zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(unpackedMost))
	if err != nil {
		return nil, broken(err)
	}
	defer decoder.Close()
	var text bytes.Buffer
	if _, err := text.ReadFrom(decoder); err != nil {
		return nil, broken(err)
	}
	return text.Bytes(), nil
}

// packResult packs a result without its lines; the digest is of the text.
func packResult(r *Result) (packed []byte, digest string, err error) {
	text, err := json.Marshal(r)
	if err != nil {
		return nil, "", err
	}
	sum := sha256.Sum256(text)
	packed, err = compress(text)
	return packed, hex.EncodeToString(sum[:]), err
}

func unpackResult(packed []byte, digest string) (*Result, error) {
	text, err := expand(packed)
	if err != nil {
		return nil, err
	}
	if sum := sha256.Sum256(text); hex.EncodeToString(sum[:]) != digest {
		return nil, broken(nil)
	}
	r := new(Result)
	if err := json.Unmarshal(text, r); err != nil {
		return nil, broken(err)
	}
	return r, nil
}

// packLines writes month, person, column and the amounts of each line as numbers of variable length.
func packLines(lines []Line) ([]byte, error) {
	var text []byte
	for _, l := range lines {
		for _, n := range []int64{int64(l.Month), int64(l.Person), int64(l.Column)} {
			text = binary.AppendVarint(text, n)
		}
		for _, amount := range l.Earned {
			text = binary.AppendVarint(text, amount)
		}
	}
	return compress(text)
}

func unpackLines(packed []byte, variants int) (lines []Line, err error) {
	text, err := expand(packed)
	if err != nil {
		return nil, err
	}
	number := func() int64 {
		n, size := binary.Varint(text)
		if size <= 0 {
			err, text = broken(nil), nil
			return 0
		}
		text = text[size:]
		return n
	}
	for len(text) > 0 {
		l := Line{Month: int32(number()), Person: int32(number()), Column: int32(number()), Earned: make([]int64, variants)}
		for v := range l.Earned {
			l.Earned[v] = number()
		}
		lines = append(lines, l)
	}
	return lines, err
}
