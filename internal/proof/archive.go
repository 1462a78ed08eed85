package proof

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"hash/crc32"
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

// Pack writes the bundle as a ZIP file: fixed order, no times. Errors: conflict when it is larger than Read reads.
func (b *Bundle) Pack() ([]byte, error) {
	tooMuch := errs.New(errs.KindConflict, "proof.too_much", nil)
	total := 0
	for _, content := range b.files {
		total += len(content)
	}
	if total > UnpackedBytesMax {
		return nil, tooMuch
	}
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
	if err := w.Close(); err != nil {
		return nil, err
	}
	if packed.Len() > PackedBytesMax {
		return nil, tooMuch
	}
	return packed.Bytes(), nil
}

// Read unpacks a bundle. Nothing may be in the file but what Pack writes, so that no program can show something in it that was not checked:
// no byte before, between or behind the entries, no comment, no second name. Errors: invalid with a key that says what is wrong: no ZIP
// file, too large, an entry too many, too few or in another place, something else in it, or damaged.
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
	var same bytes.Buffer
	w := zip.NewWriter(&same)
	for i, f := range r.File {
		if f.Name != entryNames[i] {
			return nil, errs.New(errs.KindInvalid, "proof.entries_other", nil)
		}
		if f.UncompressedSize64 > uint64(left) {
			return nil, errs.New(errs.KindInvalid, "proof.too_large", nil)
		}
		content, err := unpack(f, left, w)
		if err != nil {
			return nil, errs.New(errs.KindInvalid, "proof.entry_damaged", errs.Args{"Name": f.Name}).Because(err)
		}
		if left -= int64(len(content)); left < 0 {
			return nil, errs.New(errs.KindInvalid, "proof.too_large", nil)
		}
		b.files[f.Name] = content
	}
	if err := w.Close(); err != nil || !bytes.Equal(same.Bytes(), packed) {
		return nil, errs.New(errs.KindInvalid, "proof.more_behind", nil).Because(err)
	}
	return b, nil
}

var errBehind = errors.New("something stands behind the packed entry")

// unpack reads an entry, whatever its header says of its size, up to one byte more than is left, and writes it anew as it is packed: how
// well it is packed is not ours to say, but all else is.
func unpack(f *zip.File, left int64, again *zip.Writer) ([]byte, error) {
	raw, err := f.OpenRaw()
	if err != nil {
		return nil, err
	}
	entry, err := io.ReadAll(io.LimitReader(raw, PackedBytesMax))
	if err != nil {
		return nil, err
	}
	rest := bytes.NewReader(entry)
	content, err := io.ReadAll(io.LimitReader(flate.NewReader(rest), left+1))
	switch {
	case err != nil:
		return nil, err
	case int64(len(content)) <= left && rest.Len() > 0:
		return nil, errBehind
	}
	const dataDescriptor, version = 8, 20
	w, err := again.CreateRaw(&zip.FileHeader{Name: f.Name, Method: zip.Deflate, Flags: dataDescriptor, CreatorVersion: version, ReaderVersion: version,
		CRC32: crc32.ChecksumIEEE(content), CompressedSize64: uint64(len(entry)), UncompressedSize64: uint64(len(content))})
	if err != nil {
		return nil, err
	}
	_, err = w.Write(entry)
	return content, err
}
