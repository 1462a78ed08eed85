package attachment_test

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"testing"

	"xiaoguan/internal/attachment"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/store/storetest"
)

// secret stands for a place in the metadata.
const secret = "GPS 31.2304N 121.4737E"

func picture() image.Image {
	m := image.NewRGBA(image.Rect(0, 0, 40, 30))
	for x := range 40 {
		for y := range 30 {
			m.Set(x, y, color.RGBA{uint8(x * 6), uint8(y * 8), 90, 255})
		}
	}
	return m
}

// photo is a JPEG as a phone writes it: Exif with the way up and a place, XMP, a comment, and a preview behind its end.
func photo(t *testing.T, up byte) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, picture(), nil); err != nil {
		t.Fatal(err)
	}
	segment := func(marker byte, data string) []byte {
		return append([]byte{0xff, marker, byte((len(data) + 2) >> 8), byte(len(data) + 2)}, data...)
	}
	exif := "Exif\x00\x00II\x2a\x00\x08\x00\x00\x00\x02\x00\x0f\x01\x02\x00\x16\x00\x00\x00\x26\x00\x00\x00\x12\x01\x03\x00\x01\x00\x00\x00" + string([]byte{up}) + "\x00\x00\x00\x00\x00\x00\x00" + secret
	var out []byte
	out = append(out, b.Bytes()[:2]...)
	for _, s := range [][]byte{segment(0xe1, exif), segment(0xe1, "http://ns.adobe.com/xap/1.0/\x00"+secret), segment(0xed, secret), segment(0xfe, secret), segment(0xe2, "MPF\x00"+secret)} {
		out = append(out, s...)
	}
	return append(append(out, b.Bytes()[2:]...), secret...)
}

func drawing(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, picture()); err != nil {
		t.Fatal(err)
	}
	chunk := binary.BigEndian.AppendUint32(nil, uint32(len(secret)))
	chunk = append(append(chunk, "tEXt"...), secret...)
	chunk = binary.BigEndian.AppendUint32(chunk, crc32.ChecksumIEEE(chunk[4:]))
	at := 8 + 25 // behind the head
	return append(append(append(append([]byte{}, b.Bytes()[:at]...), chunk...), b.Bytes()[at:]...), secret...)
}

// TestPicturesTellNothingButThemselves: neither place nor device nor previews are kept; the picture is, pixel by pixel, and its way up.
func TestPicturesTellNothingButThemselves(t *testing.T) {
	t.Parallel()
	s := open(storetest.SQLite(t))
	for name, content := range map[string][]byte{"up.jpg": photo(t, 1), "turned.jpg": photo(t, 6), "drawing.png": drawing(t)} {
		if !bytes.Contains(content, []byte(secret)) {
			t.Fatalf("%s holds no secret", name)
		}
		f, err := s.Add(t.Context(), owner, "note:1", name, content)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		_, kept, err := s.Open(t.Context(), owner, "note:1", f.ID)
		if err != nil || bytes.Contains(kept, []byte(secret[:6])) || bytes.Contains(kept, []byte("xap")) || f.Bytes != int64(len(kept)) {
			t.Errorf("%s: %d bytes are kept of %d, %v", name, len(kept), len(content), err)
		}
		before, _, err := image.Decode(bytes.NewReader(content))
		if err != nil {
			t.Fatal(err)
		}
		after, _, err := image.Decode(bytes.NewReader(kept))
		if err != nil {
			t.Fatalf("%s cannot be read any more: %v", name, err)
		}
		for x := range 40 {
			for y := range 30 {
				if before.At(x, y) != after.At(x, y) {
					t.Fatalf("%s: another picture", name)
				}
			}
		}
		if turned := bytes.Contains(kept, []byte("Exif\x00\x00MM\x00\x2a\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06")); turned != (name == "turned.jpg") {
			t.Errorf("%s: its way up is lost or made up", name)
		}
	}
}

// TestAPictureThatIsCutOffIsRefused, wherever it is cut, and nothing panics.
func TestAPictureThatIsCutOffIsRefused(t *testing.T) {
	t.Parallel()
	s := open(storetest.SQLite(t))
	whole := map[string][]byte{"a.jpg": photo(t, 6), "b.png": drawing(t)}
	for name, content := range whole {
		end := len(content) - len(secret)
		for at := 8; at < end; at += 97 {
			if _, err := s.Add(t.Context(), owner, "note:1", name, content[:at]); !errs.Is(err, errs.KindInvalid) {
				t.Errorf("%s cut at %d: %v", name, at, err)
			}
		}
	}
}

func FuzzPictures(f *testing.F) {
	f.Add([]byte("\xff\xd8\xff\xe1\x00\x10Exif\x00\x00II\x2a\x00\xff\xff\xff\xff\xff\xd9"))
	f.Add([]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\x00IEND\xae\x42\x60\x82"))
	f.Fuzz(func(t *testing.T, content []byte) {
		for _, name := range []string{"a.jpg", "a.png"} {
			if kept, ok := attachment.Plain(name, content); ok && len(kept) > len(content)+8 {
				t.Errorf("%s grew from %d to %d bytes", name, len(content), len(kept))
			}
		}
	})
}
