package store

import (
	"crypto/rand"
	"encoding/binary"
	"encoding/hex"
	"time"
)

// NewID returns a new UUIDv7 text (RFC 9562) for the instant: its milliseconds and 74 random bits. Those of one millisecond are in
// no order; sort by a time column first.
func NewID(now time.Time) string {
	var b [16]byte
	_, _ = rand.Read(b[6:]) // never fails: it ends the program instead
	binary.BigEndian.PutUint64(b[:8], uint64(now.UnixMilli())<<16|0x7000|uint64(binary.BigEndian.Uint16(b[6:8])&0xfff))
	b[8] = b[8]&0x3f | 0x80

	var text [36]byte
	hex.Encode(text[0:8], b[0:4])
	hex.Encode(text[9:13], b[4:6])
	hex.Encode(text[14:18], b[6:8])
	hex.Encode(text[19:23], b[8:10])
	hex.Encode(text[24:], b[10:])
	text[8], text[13], text[18], text[23] = '-', '-', '-', '-'
	return string(text[:])
}
