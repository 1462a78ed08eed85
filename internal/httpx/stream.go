package httpx

import (
	"fmt"
	"net/http"
	"strings"
	"time"
)

// Stream is an answer of server-sent events. It belongs to one request and one goroutine.
type Stream struct {
	w          http.ResponseWriter
	controller *http.ResponseController
}

// OpenStream begins a stream of events. It lifts the server's write deadline, because a stream has no natural end: the handler ends
// it when its work or the request's context is done.
func OpenStream(w http.ResponseWriter) (*Stream, error) {
	header := w.Header()
	header.Set("Content-Type", "text/event-stream")
	header.Set("Cache-Control", "no-store")
	header.Set("X-Accel-Buffering", "no") // reverse proxies must not collect events
	s := &Stream{w: w, controller: http.NewResponseController(w)}
	// A server without deadlines has none to lift.
	_ = s.controller.SetWriteDeadline(time.Time{})
	w.WriteHeader(http.StatusOK)
	if err := s.controller.Flush(); err != nil {
		return nil, fmt.Errorf("httpx.OpenStream: %w", err)
	}
	return s, nil
}

// oneLine keeps a field of an event from beginning another one.
var oneLine = strings.NewReplacer("\r", " ", "\n", " ")

// Send writes one event and flushes it. id and event may be empty; data may have several lines. An error means that the client is
// gone.
func (s *Stream) Send(id, event, data string) error {
	var b strings.Builder
	if id != "" {
		fmt.Fprintf(&b, "id: %s\n", oneLine.Replace(id))
	}
	if event != "" {
		fmt.Fprintf(&b, "event: %s\n", oneLine.Replace(event))
	}
	for line := range strings.Lines(strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(data) + "\n") {
		fmt.Fprintf(&b, "data: %s", line)
	}
	b.WriteByte('\n')
	return s.write(b.String())
}

// KeepAlive writes a comment, so that proxies don't close a quiet stream. Send one every 15 seconds or so.
func (s *Stream) KeepAlive() error { return s.write(": \n\n") }

func (s *Stream) write(text string) error {
	if _, err := s.w.Write([]byte(text)); err != nil {
		return fmt.Errorf("httpx.Stream: %w", err)
	}
	if err := s.controller.Flush(); err != nil {
		return fmt.Errorf("httpx.Stream: %w", err)
	}
	return nil
}
