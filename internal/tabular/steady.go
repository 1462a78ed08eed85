package tabular

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"regexp"
	"slices"
)

// contentTypes is the list of media types in a workbook. The library writes those of pictures in an order that chance chooses.
const contentTypes = "[Content_Types].xml"

var defaultType = regexp.MustCompile(`<Default [^>]*></Default>`)

// writeSteady copies a workbook so that the same content gives the same bytes.
func writeSteady(w io.Writer, book []byte) (err error) {
	from, err := zip.NewReader(bytes.NewReader(book), int64(len(book)))
	if err != nil {
		return err
	}
	to := zip.NewWriter(w)
	for _, file := range from.File {
		if err := copySteady(to, file); err != nil {
			return fmt.Errorf("%s: %w", file.Name, err)
		}
	}
	return to.Close()
}

func copySteady(to *zip.Writer, file *zip.File) (err error) {
	if file.Name != contentTypes {
		return to.Copy(file)
	}
	in, err := file.Open()
	if err != nil {
		return err
	}
	defer func() {
		if shut := in.Close(); err == nil {
			err = shut
		}
	}()
	text, err := io.ReadAll(in)
	if err != nil {
		return err
	}
	out, err := to.CreateHeader(&zip.FileHeader{Name: file.Name, Method: zip.Deflate})
	if err != nil {
		return err
	}
	list := defaultType.FindAll(text, -1)
	slices.SortFunc(list, bytes.Compare)
	at := 0
	_, err = out.Write(defaultType.ReplaceAllFunc(text, func([]byte) []byte { at++; return list[at-1] }))
	return err
}
