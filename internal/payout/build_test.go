package payout_test

import (
	"bytes"
	"testing"

	"xiaoguan/internal/monthtest"
	"xiaoguan/internal/payout"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
)

// TestOpenNoticesEveryChangedByte flips the bits of each byte of a stored statement: either it is refused, or its text is the same.
func TestOpenNoticesEveryChangedByte(t *testing.T) {
	t.Parallel()
	h := monthtest.Open(t, storetest.SQLite(t), monthtest.Small())
	p := h.MustCalculate(t, month)
	var row payout.StatementRow
	if err := h.DB.Read(t.Context(), func(tx *store.Tx) (err error) {
		row, err = tx.Statement(t.Context(), p.CurrentRun, h.Person(t, "B"), "core")
		return err
	}); err != nil {
		t.Fatal(err)
	}
	_, text, err := payout.Open(row)
	if err != nil || len(text) < 500 {
		t.Fatal(len(text), err)
	}
	unnoticed := 0
	for at := range row.Body {
		for _, mask := range []byte{0x01, 0x10, 0x80, 0xff} {
			other := row
			other.Body = bytes.Clone(row.Body)
			other.Body[at] ^= mask
			if _, changed, err := payout.Open(other); err == nil {
				if unnoticed++; !bytes.Equal(changed, text) {
					t.Fatalf("byte %d ^ %x opens as another statement", at, mask)
				}
			}
		}
	}
	if unnoticed > 8 { // bits of the frame's head that mean nothing
		t.Errorf("%d changes were not noticed", unnoticed)
	}
	row.Body = row.Body[:len(row.Body)-1]
	if _, _, err := payout.Open(row); err == nil {
		t.Error("a statement that was cut short opens")
	}
}
