package ruledoc

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
)

// Seal writes the canonical bytes of a document, JSON in the order of the type's fields with every default made explicit, and their
// SHA-256 in hexadecimal. The type must hold nothing that JSON cannot write; it panics otherwise.
func Seal(document any) (canonical []byte, hash string) {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(document); err != nil {
		panic("ruledoc: canonical form: " + err.Error())
	}
	canonical = bytes.TrimRight(b.Bytes(), "\n")
	sum := sha256.Sum256(canonical)
	return canonical, hex.EncodeToString(sum[:])
}
