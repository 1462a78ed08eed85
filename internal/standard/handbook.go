package standard

import (
	"context"
	"time"
)

// Reading is that somebody confirmed to have read a version, and how the quiz went.
type Reading struct {
	VersionID string
	UserID    string
	PersonID  int64
	At        time.Time
	Right     int64
	Asked     int64
}

// HandbookReader reads who confirmed what.
type HandbookReader interface {
	// Readings returns the latest confirmation of each user of a version.
	Readings(ctx context.Context, versionID string) ([]Reading, error)
}
