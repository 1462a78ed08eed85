package httpx

import "mime"

// Attachment is the value of the Content-Disposition header of a file that is to be kept under a name. Names may hold anything: what is not plain ASCII is
// written as RFC 2231 says.
func Attachment(name string) string {
	return mime.FormatMediaType("attachment", map[string]string{"filename": name})
}
