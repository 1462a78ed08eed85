package proof

import (
	"archive/zip"
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"io"

	"xiaoguan/internal/errs"
)

// The limits of a bundle, so that a file made to hurt is refused before it is unpacked.
const (
	PackedBytesMax   = 64 << 20
	UnpackedBytesMax = 256 << 20
)

// keyPrefix is what stands before the 32 bytes of an Ed25519 key in its X.509 form (RFC 8410).
var keyPrefix = []byte{0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00}

// keyPEM writes a public key as openssl reads it.
func keyPEM(key ed25519.PublicKey) []byte {
	text := base64.StdEncoding.EncodeToString(append(bytes.Clone(keyPrefix), key...))
	return []byte("-----BEGIN PUBLIC KEY-----\n" + text + "\n-----END PUBLIC KEY-----\n")
}

// Pack writes the bundle as a ZIP file: fixed order, no times.
func (b *Bundle) Pack() ([]byte, error) {
	var packed bytes.Buffer
	w := zip.NewWriter(&packed)
	for _, name := range entryNames {
		f, err := w.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate})
		if err != nil {
			return nil, err
		}
		if _, err := f.Write(b.files[name]); err != nil {
			return nil, err
		}
	}
	err := w.Close()
	return packed.Bytes(), err
}

// Read unpacks a bundle. Errors: invalid with a key that says what is wrong: no ZIP file, too large, an entry too many, too few or in
// another place, or damaged.
func Read(packed []byte) (*Bundle, error) {
	if len(packed) > PackedBytesMax {
		return nil, errs.New(errs.KindInvalid, "proof.too_large", nil)
	}
	r, err := zip.NewReader(bytes.NewReader(packed), int64(len(packed)))
	if err != nil {
		return nil, errs.New(errs.KindInvalid, "proof.no_zip", nil).Because(err)
	}
	if len(r.File) != len(entryNames) {
		return nil, errs.New(errs.KindInvalid, "proof.entries_other", nil)
	}
	b, left := &Bundle{files: map[string][]byte{}}, int64(UnpackedBytesMax)
	for i, f := range r.File {
		if f.Name != entryNames[i] {
			return nil, errs.New(errs.KindInvalid, "proof.entries_other", nil)
		}
		if f.UncompressedSize64 > uint64(left) {
			return nil, errs.New(errs.KindInvalid, "proof.too_large", nil)
		}
		content, err := unpack(f, left)
		if err != nil {
			return nil, errs.New(errs.KindInvalid, "proof.entry_damaged", errs.Args{"Name": f.Name}).Because(err)
		}
		if left -= int64(len(content)); left < 0 {
			return nil, errs.New(errs.KindInvalid, "proof.too_large", nil)
		}
		b.files[f.Name] = content
	}
	return b, nil
}

// unpack reads an entry, whatever its header says of its size, up to one byte more than is left.
func unpack(f *zip.File, left int64) (content []byte, err error) {
	r, err := f.Open()
	if err != nil {
		return nil, err
	}
	defer func() {
		if closed := r.Close(); err == nil {
			err = closed
		}
	}()
	return io.ReadAll(io.LimitReader(r, left+1))
}
