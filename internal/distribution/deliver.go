package distribution

import (
	"context"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/mail"
	"xiaoguan/internal/notice"
)

// How far back it is looked for versions that nobody was told of, how long a letter is one node's, how long one that could not go is worth sending, and how
// many go in one round.
const (
	monthsBack   = 3
	lease        = 10 * time.Minute
	lateMost     = 7 * 24 * time.Hour
	dispatchMost = 50
)

// Tell tells the readers of versions that were published since: once for each version, each person of the widest place that they may see. It returns how many
// people were told. Only months that were run are told of: what somebody computes by hand, they tell of themselves.
func (s *Service) Tell(ctx context.Context) (count int, err error) {
	defer errs.Wrap(&err, "distribution.Tell")
	var settings Settings
	var runs []Run
	if err := s.Store.Read(ctx, func(r Reads) error {
		if settings, err = settingsOf(ctx, r); err != nil || !settings.Active {
			return err
		}
		runs, err = r.DistributionRuns(ctx, monthsBack)
		return err
	}); err != nil || !settings.Active {
		return 0, err
	}
	for _, run := range runs {
		if run.State == RunWorking { // the widest report may still be missing
			continue
		}
		n, err := s.tellMonth(ctx, run.Month)
		if count += n; err != nil {
			return count, err
		}
	}
	return count, nil
}

func (s *Service) tellMonth(ctx context.Context, month calendar.Month) (count int, err error) {
	issues, err := s.Reports.Published(ctx, month)
	if err != nil || len(issues) == 0 {
		return 0, err
	}
	var fresh []Issue
	var readers []Reader
	var settings Settings
	if err := s.Store.Read(ctx, func(r Reads) error {
		fresh = nil
		for _, i := range issues {
			issued, err := r.DistributionIssued(ctx, i)
			if err != nil {
				return err
			}
			if !issued {
				fresh = append(fresh, i)
			}
		}
		if len(fresh) == 0 {
			return nil
		}
		if settings, err = settingsOf(ctx, r); err != nil {
			return err
		}
		readers, err = r.DistributionReaders(ctx)
		return err
	}); err != nil || len(fresh) == 0 {
		return 0, err
	}
	meant := settings.meant(readers)
	reads := map[string][]int64{} // the reports of the month that somebody may see
	for _, r := range meant {
		if reads[r.UserID], err = s.readable(ctx, r.UserID, issues); err != nil {
			return 0, err
		}
	}
	ready, err := s.Mails.Ready(ctx)
	if err != nil {
		return 0, err
	}
	for _, i := range fresh {
		n, err := s.tellOf(ctx, i, issues, meant, reads, settings, ready && s.Public() != "")
		if count += n; err != nil {
			return count, err
		}
	}
	return count, nil
}

// meant are those whom the settings name.
func (s *Settings) meant(readers []Reader) (list []Reader) {
	for _, r := range readers {
		named := slices.ContainsFunc(s.People, func(p Recipient) bool { return p.UserID == r.UserID })
		if named || slices.ContainsFunc(r.Roles, func(role access.Role) bool { return slices.Contains(s.Roles, role) }) {
			list = append(list, r)
		}
	}
	return list
}

// address is where letters of somebody go; empty for who gets none.
func (s *Settings) address(userID string) string {
	for _, p := range s.People {
		if p.UserID == userID {
			return p.Address
		}
	}
	return ""
}

// readable are the reports that somebody may see with the rights of this moment.
func (s *Service) readable(ctx context.Context, userID string, issues []Issue) (ids []int64, err error) {
	for _, i := range issues {
		may, err := s.mayRead(ctx, userID, i)
		if err != nil {
			return nil, err
		}
		if may {
			ids = append(ids, i.ReportID)
		}
	}
	return ids, nil
}

func (s *Service) mayRead(ctx context.Context, userID string, i Issue) (bool, error) {
	actor, err := s.ActorOf(ctx, userID)
	if err == nil {
		err = s.Reports.MayRead(ctx, actor, i)
	}
	switch errs.KindOf(err) {
	case errs.KindForbidden, errs.KindNotFound, errs.KindUnauthenticated:
		return false, nil
	}
	return err == nil, err
}

// tellOf tells the readers of one version, and notes that they were told, in one transaction.
func (s *Service) tellOf(ctx context.Context, i Issue, all []Issue, meant []Reader, reads map[string][]int64, settings Settings, letters bool) (count int, err error) {
	var to []Reader
	for _, r := range meant {
		covered := slices.ContainsFunc(all, func(wider Issue) bool {
			return wider.Place.Covers(i.Place) && slices.Contains(reads[r.UserID], wider.ReportID)
		})
		if slices.Contains(reads[r.UserID], i.ReportID) && !covered {
			to = append(to, r)
		}
	}
	err = s.Store.InTx(ctx, func(tx Tx) error {
		count = 0
		issued, err := tx.DistributionIssued(ctx, i)
		if err != nil || issued { // another node was first
			return err
		}
		if err := tx.InsertDistributionIssue(ctx, i); err != nil {
			return err
		}
		count = len(to)
		users := make([]string, len(to))
		for k, r := range to {
			users[k] = r.UserID
			if err := s.insert(ctx, tx, i, r, settings.address(r.UserID) != "", letters); err != nil {
				return err
			}
		}
		if err := audit.Append(ctx, tx, access.SystemActor("distribution"), "distribution.tell", "report:"+strconv.FormatInt(i.ReportID, 10), nil, map[string]any{"version": i.Version, "people": len(to)}); err != nil || len(to) == 0 {
			return err
		}
		return notice.Post(ctx, tx, notice.Message{Kind: notice.KindReportPublished, To: notice.To{UserIDs: users}, Subject: "report:" + strconv.FormatInt(i.ReportID, 10), Once: strconv.FormatInt(i.Version, 10),
			Params: notice.Params{"Month": notice.Month(i.Month), "Place": placeParam(i.Place), "Version": notice.Number(i.Version)}})
	})
	return count, err
}

func placeParam(p Place) notice.Param {
	if p.Name != "" {
		return notice.Word(p.Name)
	}
	return notice.Phrase("board.place.company")
}

func (s *Service) insert(ctx context.Context, tx Tx, i Issue, r Reader, letter, can bool) (err error) {
	d := Delivery{Issue: i, UserID: r.UserID, UserName: r.Name, Letter: letter, State: StateTold, At: s.Now()}
	switch {
	case letter && can:
		d.State, d.NextAt = StateWaiting, s.Now()
	case letter:
		d.Reason = ReasonNoMail
	}
	if d.ID, err = tx.NextNumber(ctx, "report_delivery"); err != nil {
		return err
	}
	return tx.InsertReportDelivery(ctx, d)
}

// errand is what one claim leaves to be done outside of its transaction.
type errand struct {
	delivery Delivery
	reader   Reader
	address  string
	attach   bool
	send     bool
}

// Dispatch sends the letters that are due. Several nodes may do it at once. A letter is marked before it is handed over, so that after a crash it is known that
// it may have gone; it is then not sent again. It returns how many were tried.
func (s *Service) Dispatch(ctx context.Context) (tried int, err error) {
	defer errs.Wrap(&err, "distribution.Dispatch")
	for range dispatchMost {
		if ctx.Err() != nil {
			return tried, ctx.Err()
		}
		e, found, err := s.claim(ctx)
		if err != nil || !found {
			return tried, err
		}
		if !e.send {
			continue
		}
		tried++
		failure := s.send(ctx, e)
		// What happened must be written down also when the program stops.
		if err := s.settle(context.WithoutCancel(ctx), e, failure); err != nil {
			return tried, err
		}
		if failure != nil {
			s.Log.WarnContext(ctx, "a report could not be sent", slog.Int64("delivery", e.delivery.ID), slog.Any("error", failure))
		}
	}
	return tried, nil
}

// claim takes the next letter and decides what becomes of it.
func (s *Service) claim(ctx context.Context) (e errand, found bool, err error) {
	var d Delivery
	if err := s.Store.Read(ctx, func(r Reads) error {
		d, found, err = r.ReportDeliveryDue(ctx, s.Now())
		return err
	}); err != nil || !found {
		return e, false, err
	}
	may, err := s.mayRead(ctx, d.UserID, d.Issue)
	if err != nil {
		return e, false, err
	}
	err = s.Store.InTx(ctx, func(tx Tx) error {
		e = errand{}
		now, ok, err := tx.ReportDeliveryDue(ctx, s.Now())
		if found = ok; err != nil || !ok {
			return err
		}
		if now.ID != d.ID || now.Attempts != d.Attempts { // another node took it: the next round looks again
			return nil
		}
		e, err = s.prepare(ctx, tx, now, may)
		return err
	})
	return e, found, err
}

// prepare marks a letter as under way, or ends it.
func (s *Service) prepare(ctx context.Context, tx Tx, d Delivery, may bool) (e errand, err error) {
	settings, err := settingsOf(ctx, tx)
	if err != nil {
		return e, err
	}
	readers, err := tx.DistributionReaders(ctx)
	if err != nil {
		return e, err
	}
	reader, there := byUser(readers)[d.UserID]
	address := settings.address(d.UserID)
	end := func(state State, reason string) error {
		d.State, d.Reason, d.NextAt = state, reason, time.Time{}
		return s.keep(ctx, tx, d)
	}
	switch {
	case d.State == StateSending: // its node went down between the mark and the answer
		return e, end(StateFailed, string(mail.ClassUnclear))
	case !may || !there || address == "":
		return e, end(StateTold, ReasonRemoved)
	case s.Now().Sub(d.At) > lateMost:
		return e, end(StateFailed, ReasonTooLate)
	}
	d.State, d.Attempts, d.NextAt = StateSending, d.Attempts+1, s.Now().Add(lease)
	if err := tx.SaveReportDelivery(ctx, d); err != nil {
		return e, err
	}
	return errand{delivery: d, reader: reader, address: address, attach: settings.Attach, send: true}, nil
}

// send writes the letter with the rights of who gets it, and hands it over.
func (s *Service) send(ctx context.Context, e errand) error {
	actor, err := s.ActorOf(ctx, e.delivery.UserID)
	if err != nil {
		return err
	}
	p := s.Printers(e.reader.Lang())
	i := e.delivery.Issue
	place := i.Place.Name
	if place == "" {
		place = p.T("board.place.company")
	}
	args := []any{"Name", e.reader.Name, "Company", s.Company(), "Month", p.Month(i.Month), "Place", place, "Version", i.Version, "Link", s.Public() + "/reports/" + strconv.FormatInt(i.ReportID, 10)}
	letter := mail.Letter{ID: "report-" + strconv.FormatInt(e.delivery.ID, 10), To: e.address, ToName: e.reader.Name, Subject: p.T("distribution.letter.subject", args...), Text: p.T("distribution.letter.text", args...), At: s.Now()}
	if e.attach {
		name, content, err := s.Reports.Print(ctx, actor, i, p)
		if err != nil {
			return err
		}
		letter.Text = p.T("distribution.letter.attached", args...)
		letter.Attached = []mail.Attached{{Name: strings.ReplaceAll(name, "/", "-"), Type: "application/pdf", Content: content}}
	}
	return s.Mails.Send(ctx, letter)
}

// settle writes down what became of a letter.
func (s *Service) settle(ctx context.Context, e errand, failure error) error {
	return s.Store.InTx(ctx, func(tx Tx) error {
		d, err := tx.ReportDelivery(ctx, e.delivery.ID)
		if err != nil {
			return err
		}
		if d.State != StateSending || d.Attempts != e.delivery.Attempts {
			return nil // another node has given it up meanwhile
		}
		d.Reason, d.Code, d.NextAt = "", 0, time.Time{}
		if failure == nil {
			d.State, d.SentAt = StateSent, s.Now()
			return s.keep(ctx, tx, d)
		}
		f := mail.FailureOf(failure)
		d.State, d.Reason, d.Code = StateFailed, string(f.Class), f.Code
		if wait, again := f.Again(d.Attempts); again {
			d.State, d.NextAt = StateWaiting, s.Now().Add(wait)
		}
		return s.keep(ctx, tx, d)
	})
}

// keep saves a delivery and tells the audit log what became of it. The address stands in the settings alone.
func (s *Service) keep(ctx context.Context, tx Tx, d Delivery) error {
	if err := tx.SaveReportDelivery(ctx, d); err != nil {
		return err
	}
	return audit.Append(ctx, tx, access.SystemActor("distribution"), "distribution.send", d.Subject(), nil, map[string]any{"report_id": d.Issue.ReportID, "version": d.Issue.Version, "user_id": d.UserID, "state": d.State, "reason": d.Reason, "attempts": d.Attempts})
}
