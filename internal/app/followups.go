package app

import (
	"context"
	"fmt"
	"strconv"

	"xiaoguan/internal/access"
	"xiaoguan/internal/attachment"
	"xiaoguan/internal/followup"
)

// followUpPhotos lends the transaction of a follow-up to package attachment: the store's transaction is both.
type followUpPhotos struct{ app *App }

// AddPhoto implements followup.Files.
func (f followUpPhotos) AddPhoto(ctx context.Context, tx followup.Tx, actor access.Actor, followUpID int64, photo followup.Photo) error {
	lent, ok := tx.(attachment.Tx)
	if !ok {
		return fmt.Errorf("app: the transaction of a follow-up is none of files: %T", tx)
	}
	_, err := f.app.Attachments.AddIn(ctx, lent, actor, "follow_up:"+strconv.FormatInt(followUpID, 10), photo.Name, photo.Content)
	return err
}
