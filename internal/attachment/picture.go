package attachment

import (
	"bytes"
	"encoding/binary"
)

// withoutMetadata returns a picture without what it tells besides itself: place, time, device, texts, previews. The way up of a photo stays, so
// that it is shown as it was taken. Other types stay as they are. It is false for a picture that is cut off or otherwise not one.
func withoutMetadata(mediaType string, content []byte) (kept []byte, sound bool) {
	switch mediaType {
	case "image/jpeg":
		return plainJPEG(content)
	case "image/png":
		return plainPNG(content)
	}
	return content, true
}

// The markers of a JPEG.
const (
	markerStart   = 0xd8
	markerEnd     = 0xd9
	markerScan    = 0xda
	markerExif    = 0xe1
	markerProfile = 0xe2 // colours, and previews in several pictures of one file
	markerApp0    = 0xe0
	markerAppLast = 0xef
	markerAdobe   = 0xee
	markerComment = 0xfe
)

// plainJPEG keeps what is needed to draw the picture, and ends where it ends.
func plainJPEG(content []byte) (kept []byte, sound bool) {
	if len(content) < 4 || content[1] != markerStart {
		return nil, false
	}
	kept = append(kept, content[:2]...)
	rest := content[2:]
	for len(rest) >= 4 && rest[0] == 0xff {
		marker := rest[1]
		if marker == 0xff { // filling
			rest = rest[1:]
			continue
		}
		if marker == markerEnd {
			return append(kept, 0xff, markerEnd), true
		}
		size := int(binary.BigEndian.Uint16(rest[2:])) + 2
		if size < 4 || size > len(rest) {
			return nil, false
		}
		segment := rest[:size]
		rest = rest[size:]
		switch {
		case marker == markerExif:
			kept = append(kept, wayUp(segment[4:])...)
		case needed(marker, segment[4:]):
			kept = append(kept, segment...)
		}
		if marker == markerScan {
			at := scanEnd(rest)
			if at < 0 {
				return nil, false
			}
			kept, rest = append(kept, rest[:at]...), rest[at:]
			if rest[1] == markerEnd {
				return append(kept, 0xff, markerEnd), true
			}
		}
	}
	return nil, false
}

// needed tells whether a segment has to do with what is seen.
func needed(marker byte, data []byte) bool {
	switch {
	case marker == markerComment:
		return false
	case marker == markerApp0 || marker == markerAdobe:
		return true
	case marker == markerProfile:
		return bytes.HasPrefix(data, []byte("ICC_PROFILE\x00"))
	}
	return marker < markerApp0 || marker > markerAppLast
}

// scanEnd is where the data of a scan end: at a marker that is no escape and no restart.
func scanEnd(data []byte) int {
	for i := 0; i+1 < len(data); i++ {
		if data[i] == 0xff && data[i+1] != 0 && data[i+1] != 0xff && (data[i+1] < 0xd0 || data[i+1] > 0xd7) {
			return i
		}
	}
	return -1
}

// Of Exif, the tag that says which way is up, and the greatest of its values.
const (
	tagOrientation = 0x0112
	orientationMax = 8
	entryBytes     = 12
)

// wayUp is an Exif segment that says nothing but which way is up; none where that is as usual.
func wayUp(data []byte) []byte {
	tiff, exif := bytes.CutPrefix(data, []byte("Exif\x00\x00"))
	if !exif || len(tiff) < 10 {
		return nil
	}
	var order binary.ByteOrder = binary.BigEndian
	if tiff[0] == 'I' {
		order = binary.LittleEndian
	}
	at := int(order.Uint32(tiff[4:]))
	if at < 8 || at+2 > len(tiff) {
		return nil
	}
	for i := range int(order.Uint16(tiff[at:])) {
		entry := at + 2 + i*entryBytes
		if entry+entryBytes > len(tiff) {
			return nil
		}
		if order.Uint16(tiff[entry:]) != tagOrientation {
			continue
		}
		if up := order.Uint16(tiff[entry+8:]); up > 1 && up <= orientationMax {
			return append([]byte("\xff\xe1\x00\x22Exif\x00\x00MM\x00\x2a\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00"), byte(up), 0, 0, 0, 0, 0, 0)
		}
	}
	return nil
}

// untold are the chunks of a PNG that tell something besides the picture.
var untold = [][]byte{[]byte("eXIf"), []byte("tEXt"), []byte("zTXt"), []byte("iTXt"), []byte("tIME")}

const pngHead = 8

// plainPNG leaves those chunks out, and what follows the last one.
func plainPNG(content []byte) (kept []byte, sound bool) {
	const chunkRest = 12 // length, name and checksum
	kept, rest := append(kept, content[:pngHead]...), content[pngHead:]
	for len(rest) >= chunkRest {
		size := int64(binary.BigEndian.Uint32(rest)) + chunkRest
		if size > int64(len(rest)) {
			return nil, false
		}
		chunk, name := rest[:size], rest[4:8]
		rest = rest[size:]
		told := true
		for _, u := range untold {
			told = told && !bytes.Equal(name, u)
		}
		if told {
			kept = append(kept, chunk...)
		}
		if bytes.Equal(name, []byte("IEND")) {
			return kept, true
		}
	}
	return nil, false
}
