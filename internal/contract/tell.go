package contract

import (
	"context"
	"strconv"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/deal"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/notice"
)

// How far back instalments are told of as late, so that an upgrade or a quiet week does not bring up old ones; and how many on one morning at most.
const (
	lateDaysTold = 14
	toldMost     = 5000
)

// WithNotice tells sellers of instalments so many days before they are due, none for 0, and returns the service.
func (s *Service) WithNotice(days func() int64) *Service {
	s.noticeDays = days
	return s
}

// concerned are the owner of a contract and who leads the owner's team.
func (s *Service) concerned(ctx context.Context, r Reader, ownerID int64) ([]int64, error) {
	leaders, err := r.LeadersOf(ctx, ownerID, s.today())
	return append([]int64{ownerID}, leaders...), err
}

// tellDecided tells owner, leader and who reported it that finance has confirmed money, or not found it.
func (s *Service) tellDecided(ctx context.Context, tx Tx, actor access.Actor, kind notice.Kind, report Report) error {
	to := notice.To{UserIDs: []string{report.ReportedBy}}
	if kind == notice.KindCollectionConfirmed {
		var err error
		if to.PersonIDs, err = s.concerned(ctx, tx, report.OwnerID); err != nil {
			return err
		}
	}
	return notice.Post(ctx, tx, notice.Message{Kind: kind, To: to, Subject: report.Subject(), By: actor.UserID, Once: string(report.State),
		Params: notice.Params{"Customer": notice.Word(report.CustomerName), "Contract": notice.Word(report.ContractNumber), "What": notice.Phrase("collection.kind." + string(report.Kind)), "Day": notice.Day(report.PaidOn)}})
}

// dealOf reports whether the contract's deal is recorded.
func (s *Service) dealOf(ctx context.Context, tx Tx, c Contract) (bool, error) {
	signed, err := tx.Deal(ctx, s.everywhere(), c.Number)
	if errs.Is(err, errs.KindNotFound) {
		return false, nil
	}
	return err == nil && signed.CustomerID == c.CustomerID, err
}

// tellSigned tells who may record facts within reach of the owner that a contract was signed and has no deal yet. It ends when the deal is there, in
// whatever way it comes: by hand, of a file, of another program.
func (s *Service) tellSigned(ctx context.Context, tx Tx, actor access.Actor, c Contract) error {
	known, err := s.dealOf(ctx, tx, c)
	if err != nil || known {
		return err
	}
	return notice.Post(ctx, tx, notice.Message{Kind: notice.KindDealMissing, To: notice.To{Permission: access.PermSalesWrite, Reach: c.OwnerID}, Subject: c.Subject(), By: actor.UserID,
		Params: notice.Params{"Customer": notice.Word(c.CustomerName), "Contract": notice.Word(c.Number), "Day": notice.Day(c.SignedOn)}})
}

// Remind tells owners of contracts, and who leads them, of instalments that are due within the company's days, and of late ones: each once.
func (s *Service) Remind(ctx context.Context, m notice.Morning) (due notice.Reminders, err error) {
	defer errs.Wrap(&err, "contract.Remind")
	ahead := int64(0)
	if s.noticeDays != nil {
		ahead = s.noticeDays()
	}
	days := fact.Days{From: m.Day - lateDaysTold, To: m.Day + calendar.Date(ahead)}
	leaders := map[int64][]int64{}
	err = s.store.Read(ctx, func(r Reader) error {
		due = notice.Reminders{}
		_, err := fact.EachPage(fact.Paging{Sort: SortDue, Limit: fact.LimitMax}, func(p fact.Paging) ([]DueRow, string, error) {
			rows, next, err := r.DueInstalments(ctx, deal.Reach{Scope: access.Scope{All: true}, Today: m.Day}, DueFilter{Open: true, Due: days, Paging: p})
			if len(due.Messages)+len(rows) >= toldMost {
				next = ""
			}
			return rows, next, err
		}, func(row DueRow) error {
			if row.DueOn >= m.Day && ahead == 0 {
				return nil
			}
			to, known := leaders[row.OwnerID]
			if !known {
				if to, err = s.concerned(ctx, r, row.OwnerID); err != nil {
					return err
				}
				leaders[row.OwnerID] = to
			}
			due.Messages = append(due.Messages, instalmentMessage(row, to, m.Day))
			return nil
		})
		return err
	})
	return due, err
}

func instalmentMessage(row DueRow, to []int64, today calendar.Date) notice.Message {
	kind := notice.KindInstalmentDue
	if row.DueOn < today {
		kind = notice.KindInstalmentLate
	}
	return notice.Message{Kind: kind, To: notice.To{PersonIDs: to}, Subject: Subject(row.ContractID), Once: strconv.FormatInt(row.Number, 10) + ":" + row.DueOn.String(),
		Params: notice.Params{"Customer": notice.Word(row.CustomerName), "Contract": notice.Word(row.ContractNumber), "Number": notice.Number(row.Number), "Day": notice.Day(row.DueOn)}}
}
