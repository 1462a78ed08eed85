package boards

import (
	"context"
	"log/slog"
	"net/http"
	"strconv"
	"sync"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/board"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/httpx"
)

// Beacon tells all open boards of one program when facts were recorded. It looks only while somebody listens, once for all of them.
type Beacon struct {
	stamp func(context.Context) (board.Stamp, error)
	every time.Duration
	log   *slog.Logger

	mu        sync.Mutex
	listeners map[chan board.Stamp]bool
	stop      context.CancelFunc // of the looking; nil while nobody listens
	closed    bool
}

// lookEvery is how often a beacon looks; settleAfter is how long numbers take to follow what was recorded, after which boards are told once more: both together are
// less than the two seconds in which a payment is to move a tile.
const (
	lookEvery   = time.Second
	settleAfter = 800 * time.Millisecond
	keepAlive   = 15 * time.Second
	// streamMost is how long one stream lasts. A browser asks for the next one, and who may not see the board any more gets none.
	streamMost = 10 * time.Minute
)

// NewBeacon returns a Beacon over the stamp of what is recorded.
func NewBeacon(stamp func(context.Context) (board.Stamp, error), log *slog.Logger) *Beacon {
	return &Beacon{stamp: stamp, every: lookEvery, log: log, listeners: map[chan board.Stamp]bool{}}
}

// Listen returns a channel that gets the newest stamp after each change, and the end of listening. The channel is closed when the program stops.
func (b *Beacon) Listen(ctx context.Context) (<-chan board.Stamp, func()) {
	c := make(chan board.Stamp, 1)
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		close(c)
		return c, func() {}
	}
	b.listeners[c] = true
	if b.stop == nil {
		looking, stop := context.WithCancel(context.WithoutCancel(ctx))
		b.stop = stop
		go b.look(looking)
	}
	return c, func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		delete(b.listeners, c)
		if len(b.listeners) == 0 && b.stop != nil {
			b.stop()
			b.stop = nil
		}
	}
}

// Close ends all streams, so that the program can stop.
func (b *Beacon) Close() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.closed = true
	for c := range b.listeners {
		close(c)
		delete(b.listeners, c)
	}
	if b.stop != nil {
		b.stop()
		b.stop = nil
	}
}

func (b *Beacon) look(ctx context.Context) {
	ticker := time.NewTicker(b.every)
	defer ticker.Stop()
	var last board.Stamp
	for first := true; ; {
		now, err := b.stamp(ctx)
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			b.log.WarnContext(ctx, "it could not be seen whether facts were recorded", slog.Any("error", err))
		case first:
			last, first = now, false
		case last.Before(now):
			last = now
			b.tell(now)
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

// tell leaves everybody the newest stamp.
func (b *Beacon) tell(now board.Stamp) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for c := range b.listeners {
		select {
		case <-c: // an older one that nobody took
		default:
		}
		c <- now
	}
}

// events is the stream that a board listens to: one event, newer, when facts were recorded, and once more when the sums have followed.
func (h *Handler) events(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	if _, err := h.Boards.Get(ctx, access.ActorFrom(ctx), r.PathValue("id")); err != nil {
		return err
	}
	if h.Beacon == nil {
		return errs.New(errs.KindNotFound, "error.not_found", nil)
	}
	changes, end := h.Beacon.Listen(ctx)
	defer end()
	stream, err := httpx.OpenStream(w)
	if err != nil {
		return nil // the client is gone
	}
	ctx, stop := context.WithTimeout(ctx, streamMost)
	defer stop()
	follow(ctx, stream, changes)
	return nil
}

func follow(ctx context.Context, stream *httpx.Stream, changes <-chan board.Stamp) {
	alive := time.NewTicker(keepAlive)
	defer alive.Stop()
	var settled <-chan time.Time
	var at string
	for {
		var err error
		select {
		case <-ctx.Done():
			return
		case now, open := <-changes:
			if !open {
				return
			}
			at, settled = strconv.FormatInt(now.Batch, 10)+"-"+strconv.FormatInt(now.Event, 10), time.After(settleAfter)
			err = stream.Send(at, "newer", at)
		case <-settled:
			settled = nil
			err = stream.Send(at, "newer", at)
		case <-alive.C:
			err = stream.KeepAlive()
		}
		if err != nil {
			return
		}
	}
}
