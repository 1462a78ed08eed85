package api

import (
	"context"
	"encoding/json"
	"math/big"
	"net/http"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/honour"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
)

// AwardHead is a title that was given. Amounts of others are left out.
type AwardHead struct {
	ID             string     `json:"id"`
	Number         string     `json:"number" doc:"As printed on the certificate."`
	RoundID        string     `json:"round_id"`
	DocumentID     string     `json:"document_id" doc:"The rule."`
	TitleZh        string     `json:"title_zh"`
	TitleEn        string     `json:"title_en"`
	Term           string     `json:"term" example:"2026-Q3"`
	Group          string     `json:"group,omitempty"`
	PersonID       int64      `json:"person_id"`
	Person         string     `json:"person"`
	Team           string     `json:"team,omitempty"`
	Level          string     `json:"level"`
	Place          int64      `json:"place"`
	Kind           string     `json:"kind" doc:"Of the value: money, ratio or count."`
	Value          string     `json:"value,omitempty" doc:"Exact; absent where it is somebody else's amount."`
	PriorityUntil  string     `json:"priority_until,omitempty" format:"date" doc:"First day without preference in promotion."`
	EvidenceDigest string     `json:"evidence_digest"`
	Digest         string     `json:"digest"`
	AnnouncedAt    *time.Time `json:"announced_at,omitempty"`
	RevokedAt      *time.Time `json:"revoked_at,omitempty"`
	RevokedWhy     string     `json:"revoked_why,omitempty"`
}

// RoundHead is one computation in a list.
type RoundHead struct {
	ID         string     `json:"id"`
	Kind       string     `json:"kind" enum:"honour,promotion"`
	DocumentID string     `json:"document_id"`
	VersionID  string     `json:"version_id"`
	TitleZh    string     `json:"title_zh"`
	TitleEn    string     `json:"title_en"`
	Term       string     `json:"term"`
	State      string     `json:"state" enum:"proposed,approved,announced,discarded"`
	Digest     string     `json:"digest" doc:"SHA-256 of the evidence."`
	ComputedBy string     `json:"computed_by"`
	ComputedAt *time.Time `json:"computed_at,omitempty"`
	ApprovedBy string     `json:"approved_by,omitempty"`
	Note       string     `json:"note,omitempty"`
}

// rankLine is one person in a ranking.
type rankLine struct {
	PersonID  int64             `json:"person_id"`
	Person    string            `json:"person"`
	Team      string            `json:"team,omitempty"`
	Level     string            `json:"level"`
	Place     int               `json:"place" doc:"0 when not ranked."`
	Won       bool              `json:"won"`
	Preferred bool              `json:"preferred"`
	Reason    string            `json:"reason,omitempty" doc:"Why not, in your language."`
	Values    map[string]string `json:"values" nullable:"false" doc:"Exact, by measure."`
	Unmet     []string          `json:"unmet" nullable:"false" doc:"Measures of the conditions that are not met."`
}

// rankGroup is one ranking.
type rankGroup struct {
	Key   string     `json:"key"`
	Name  string     `json:"name,omitempty"`
	To    string     `json:"to,omitempty" doc:"Of promotions: the next level."`
	Lines []rankLine `json:"lines" nullable:"false"`
}

// openRound is a round with its evidence.
type openRound struct {
	RoundHead
	RecordedBatch int64       `json:"recorded_batch"`
	RuleHash      string      `json:"rule_hash"`
	Groups        []rankGroup `json:"groups" nullable:"false"`
	Awards        []AwardHead `json:"awards" nullable:"false"`
}

// ProposalHead is a proposal of promotion.
type ProposalHead struct {
	ID          string     `json:"id"`
	RoundID     string     `json:"round_id"`
	Month       string     `json:"month"`
	PersonID    int64      `json:"person_id"`
	Person      string     `json:"person"`
	From        string     `json:"from"`
	To          string     `json:"to"`
	Preferred   bool       `json:"preferred"`
	State       string     `json:"state" enum:"proposed,approved,rejected,withdrawn"`
	ProposedBy  string     `json:"proposed_by"`
	DecidedBy   string     `json:"decided_by,omitempty"`
	DecidedAt   *time.Time `json:"decided_at,omitempty"`
	EffectiveOn string     `json:"effective_on,omitempty" format:"date"`
	Reason      string     `json:"reason,omitempty"`
	Digest      string     `json:"digest"`
}

// boardPlace is somebody on a leaderboard. Quotients are exact fractions.
type boardPlace struct {
	PersonID    int64  `json:"person_id"`
	Person      string `json:"person"`
	Team        string `json:"team,omitempty"`
	Place       int    `json:"place" doc:"0 when not ranked."`
	Own         bool   `json:"own"`
	Attainment  string `json:"attainment,omitempty"`
	Improvement string `json:"improvement,omitempty" doc:"Absent for people out of your reach."`
	AmountMinor *int64 `json:"amount_minor,omitempty" doc:"Absent for people out of your reach."`
}

// leaderboard is a ranking over a term.
type leaderboard struct {
	Term   string       `json:"term"`
	By     string       `json:"by"`
	Ranked int          `json:"ranked"`
	Hidden int          `json:"hidden" doc:"Seen by themselves and their superiors only."`
	Places []boardPlace `json:"places" nullable:"false"`
}

// AnnouncementHead is something to be told by other channels.
type AnnouncementHead struct {
	ID        string          `json:"id"`
	Kind      string          `json:"kind" example:"honour.announced"`
	Subject   string          `json:"subject"`
	Payload   json.RawMessage `json:"payload"`
	CreatedAt *time.Time      `json:"created_at,omitempty"`
}

type (
	listAwardsInput struct {
		Paging
		PersonID   int64  `query:"person_id"`
		DocumentID string `query:"document_id" maxLength:"100"`
		Term       string `query:"term" maxLength:"10" example:"2026-Q3"`
	}
	listRoundsInput struct {
		Paging
		Kind string `query:"kind" enum:"honour,promotion" default:"honour"`
	}
	computeHonourInput struct {
		Body struct {
			DocumentID string `json:"document_id" maxLength:"100"`
			Term       string `json:"term" maxLength:"10" example:"2026-Q3"`
		}
	}
	honourReasonInput struct {
		ByID
		Body reason
	}
	boardInput struct {
		Term   string `query:"term" maxLength:"10" example:"2026-Q3" doc:"The present quarter when left out."`
		By     string `query:"by" enum:"attainment,improvement,amount" default:"attainment"`
		Region string `query:"region" maxLength:"100" doc:"Key of a region."`
		Team   string `query:"team" maxLength:"100" doc:"Key of a team."`
	}
	listProposalsInput struct {
		Paging
		PersonID int64  `query:"person_id"`
		State    string `query:"state" enum:"proposed,approved,rejected,withdrawn"`
	}
	proposePromotionsInput struct {
		Body struct {
			Month string `json:"month" maxLength:"7" example:"2026-09"`
		}
	}
	approveProposalInput struct {
		ByID
		Body struct {
			On string `json:"on" format:"date" doc:"First day of the new level."`
		}
	}
)

func (a *API) honourOperations() {
	service := a.services.Honours
	register(a, operation{id: "list_awards", method: http.MethodGet, path: "/awards", tag: "honours"},
		func(ctx context.Context, actor access.Actor, in *listAwardsInput) (*listOutput[AwardHead], error) {
			all, err := service.Wall(ctx, actor, honour.AwardFilter{PersonID: in.PersonID, DocumentID: in.DocumentID, Term: in.Term})
			if err != nil {
				return nil, err
			}
			part, next, err := cut(all, in.Paging, func(w honour.Award) string { return w.ID })
			return newList(part, next, toAPIAward), err
		})
	register(a, operation{id: "get_award", method: http.MethodGet, path: "/awards/{id}", tag: "honours"},
		func(ctx context.Context, actor access.Actor, in *ByID) (*output[AwardHead], error) {
			award, err := service.Award(ctx, actor, in.ID)
			return &output[AwardHead]{toAPIAward(award)}, err
		})
	register(a, operation{id: "revoke_award", method: http.MethodPost, path: "/awards/{id}/revoke", tag: "honours"},
		func(ctx context.Context, actor access.Actor, in *honourReasonInput) (*output[AwardHead], error) {
			award, err := service.Revoke(ctx, actor, in.ID, in.Body.Reason)
			return &output[AwardHead]{toAPIAward(award)}, err
		})
	register(a, operation{id: "get_leaderboard", method: http.MethodGet, path: "/leaderboard", tag: "honours"},
		func(ctx context.Context, actor access.Actor, in *boardInput) (*output[leaderboard], error) {
			board, err := service.Leaderboard(ctx, actor, honour.BoardAsk{Term: in.Term, By: honour.BoardBy(in.By), Region: in.Region, Team: in.Team})
			return &output[leaderboard]{toAPIBoard(board)}, err
		})
	register(a, operation{id: "list_announcements", method: http.MethodGet, path: "/announcements", tag: "honours"},
		func(ctx context.Context, actor access.Actor, in *listAnnouncementsInput) (*listOutput[AnnouncementHead], error) {
			all, err := service.Announcements(ctx, actor)
			if err != nil {
				return nil, err
			}
			part, next, err := cut(all, in.Paging, func(n honour.Announcement) string { return n.ID })
			return newList(part, next, func(n honour.Announcement) AnnouncementHead {
				return AnnouncementHead{ID: n.ID, Kind: n.Kind, Subject: n.Subject, Payload: n.Payload, CreatedAt: toAPIInstant(n.CreatedAt)}
			}), err
		})
	a.roundOperations()
	a.promotionOperations()
	a.wayUpOperations()
}

type listAnnouncementsInput struct{ Paging }

func (a *API) roundOperations() {
	service := a.services.Honours
	register(a, operation{id: "list_honour_rounds", method: http.MethodGet, path: "/honour-rounds", tag: "honours"},
		func(ctx context.Context, actor access.Actor, in *listRoundsInput) (*listOutput[RoundHead], error) {
			all, err := service.Rounds(ctx, actor, honour.Kind(in.Kind))
			if err != nil {
				return nil, err
			}
			part, next, err := cut(all, in.Paging, func(r honour.Round) string { return r.ID })
			return newList(part, next, toAPIRound), err
		})
	register(a, operation{id: "compute_honour", method: http.MethodPost, path: "/honour-rounds", tag: "honours", status: http.StatusCreated},
		func(ctx context.Context, actor access.Actor, in *computeHonourInput) (*output[openRound], error) {
			round, err := service.Compute(ctx, actor, honour.Compute{DocumentID: in.Body.DocumentID, Term: in.Body.Term})
			if err != nil {
				return nil, err
			}
			return a.readRound(ctx, actor, round.ID)
		})
	register(a, operation{id: "get_honour_round", method: http.MethodGet, path: "/honour-rounds/{id}", tag: "honours"},
		func(ctx context.Context, actor access.Actor, in *ByID) (*output[openRound], error) {
			return a.readRound(ctx, actor, in.ID)
		})
	register(a, operation{id: "approve_honour_round", method: http.MethodPost, path: "/honour-rounds/{id}/approve", tag: "honours"},
		func(ctx context.Context, actor access.Actor, in *ByID) (*output[openRound], error) {
			if _, err := service.Approve(ctx, actor, in.ID); err != nil {
				return nil, err
			}
			return a.readRound(ctx, actor, in.ID)
		})
	register(a, operation{id: "announce_honour_round", method: http.MethodPost, path: "/honour-rounds/{id}/announce", tag: "honours"},
		func(ctx context.Context, actor access.Actor, in *ByID) (*output[openRound], error) {
			if _, err := service.Announce(ctx, actor, in.ID); err != nil {
				return nil, err
			}
			return a.readRound(ctx, actor, in.ID)
		})
	register(a, operation{id: "revoke_honour_round", method: http.MethodPost, path: "/honour-rounds/{id}/revoke", tag: "honours"},
		func(ctx context.Context, actor access.Actor, in *honourReasonInput) (*output[openRound], error) {
			if _, err := service.RevokeRound(ctx, actor, in.ID, in.Body.Reason); err != nil {
				return nil, err
			}
			return a.readRound(ctx, actor, in.ID)
		})
	register(a, operation{id: "discard_honour_round", method: http.MethodPost, path: "/honour-rounds/{id}/discard", tag: "honours"},
		func(ctx context.Context, actor access.Actor, in *honourReasonInput) (*output[openRound], error) {
			if err := service.Discard(ctx, actor, in.ID, in.Body.Reason); err != nil {
				return nil, err
			}
			return a.readRound(ctx, actor, in.ID)
		})
}

func (a *API) promotionOperations() {
	service := a.services.Honours
	register(a, operation{id: "list_promotions", method: http.MethodGet, path: "/promotions", tag: "honours"},
		func(ctx context.Context, actor access.Actor, in *listProposalsInput) (*listOutput[ProposalHead], error) {
			all, err := service.Proposals(ctx, actor, honour.ProposalFilter{PersonID: in.PersonID, State: honour.ProposalState(in.State)})
			if err != nil {
				return nil, err
			}
			part, next, err := cut(all, in.Paging, func(p honour.Proposal) string { return p.ID })
			return newList(part, next, toAPIProposal), err
		})
	register(a, operation{id: "propose_promotions", method: http.MethodPost, path: "/promotions", tag: "honours", status: http.StatusCreated},
		func(ctx context.Context, actor access.Actor, in *proposePromotionsInput) (*output[openRound], error) {
			round, err := service.Propose(ctx, actor, in.Body.Month)
			if err != nil {
				return nil, err
			}
			return a.readRound(ctx, actor, round.ID)
		})
	register(a, operation{id: "approve_promotion", method: http.MethodPost, path: "/promotions/{id}/approve", tag: "honours"},
		func(ctx context.Context, actor access.Actor, in *approveProposalInput) (*output[ProposalHead], error) {
			on, err := calendar.ParseDate(in.Body.On)
			if err != nil {
				return nil, err
			}
			p, err := service.Decide(ctx, actor, honour.Decide{ID: in.ID, Approve: true, On: on})
			return &output[ProposalHead]{toAPIProposal(p)}, err
		})
	register(a, operation{id: "reject_promotion", method: http.MethodPost, path: "/promotions/{id}/reject", tag: "honours"},
		func(ctx context.Context, actor access.Actor, in *honourReasonInput) (*output[ProposalHead], error) {
			p, err := service.Decide(ctx, actor, honour.Decide{ID: in.ID, Reason: in.Body.Reason, On: calendar.NoDate})
			return &output[ProposalHead]{toAPIProposal(p)}, err
		})
}

func (a *API) readRound(ctx context.Context, actor access.Actor, id string) (*output[openRound], error) {
	v, err := a.services.Honours.Round(ctx, actor, id)
	if err != nil {
		return nil, err
	}
	out := openRound{RoundHead: toAPIRound(v.Round), RecordedBatch: int64(v.Evidence.Recorded), RuleHash: v.Evidence.RuleHash, Groups: []rankGroup{}, Awards: []AwardHead{}}
	for _, g := range v.Evidence.Groups {
		out.Groups = append(out.Groups, toAPIRankGroup(httpx.PrinterFrom(ctx), g))
	}
	for _, w := range v.Awards {
		out.Awards = append(out.Awards, toAPIAward(w))
	}
	return &output[openRound]{out}, nil
}

func toAPIRankGroup(printer *i18n.Printer, g honour.Group) rankGroup {
	out := rankGroup{Key: g.Key, Name: g.Name, To: g.To, Lines: []rankLine{}}
	for _, l := range g.Lines {
		line := rankLine{PersonID: l.PersonID, Person: l.Name, Team: l.Team, Level: l.Level, Place: l.Place, Won: l.Won, Preferred: l.Preferred, Values: map[string]string{}, Unmet: []string{}}
		if l.Reason.Key != "" {
			line.Reason = printer.Message(l.Reason)
		}
		for _, v := range append(append([]honour.Value{}, l.Measures...), l.Values...) {
			line.Values[v.ID] = v.Exact
		}
		for _, c := range l.Conditions {
			if !c.Met {
				line.Unmet = append(line.Unmet, c.Measure)
			}
		}
		out.Lines = append(out.Lines, line)
	}
	return out
}

func toAPIAward(w honour.Award) AwardHead {
	out := AwardHead{ID: w.ID, Number: w.Number, RoundID: w.RoundID, DocumentID: w.DocumentID, TitleZh: w.Name.Zh, TitleEn: w.Name.En, Term: w.Term.String(), Group: w.GroupName, PersonID: w.PersonID,
		Person: w.PersonName, Team: w.TeamName, Level: w.Level, Place: w.Place, Kind: w.Kind, Value: w.Value, EvidenceDigest: w.EvidenceDigest, Digest: w.Digest, AnnouncedAt: toAPIInstant(w.AnnouncedAt)}
	if w.PriorityUntil != calendar.NoDate {
		out.PriorityUntil = w.PriorityUntil.String()
	}
	if v := w.Revocation; v != nil {
		out.RevokedAt, out.RevokedWhy = toAPIInstant(v.RevokedAt), v.Reason
	}
	return out
}

func toAPIRound(r honour.Round) RoundHead {
	return RoundHead{ID: r.ID, Kind: string(r.Kind), DocumentID: r.DocumentID, VersionID: r.VersionID, TitleZh: r.Name.Zh, TitleEn: r.Name.En, Term: r.Term.String(), State: string(r.State),
		Digest: r.Digest, ComputedBy: r.ComputedBy, ComputedAt: toAPIInstant(r.ComputedAt), ApprovedBy: r.ApprovedBy, Note: r.Note}
}

func toAPIProposal(p honour.Proposal) ProposalHead {
	out := ProposalHead{ID: p.ID, RoundID: p.RoundID, Month: p.Term.String(), PersonID: p.PersonID, Person: p.PersonName, From: p.From, To: p.To, Preferred: p.Preferred, State: string(p.State),
		ProposedBy: p.ProposedBy, DecidedBy: p.DecidedBy, DecidedAt: toAPIInstant(p.DecidedAt), Reason: p.Reason, Digest: p.Digest}
	if p.EffectiveOn != calendar.NoDate {
		out.EffectiveOn = p.EffectiveOn.String()
	}
	return out
}

func toAPIBoard(b honour.Board) leaderboard {
	out := leaderboard{Term: b.Term.String(), By: string(b.By), Ranked: b.Of, Hidden: b.Hidden, Places: []boardPlace{}}
	fraction := func(r *big.Rat) string {
		if r == nil {
			return ""
		}
		return r.RatString()
	}
	for _, l := range b.Lines {
		out.Places = append(out.Places, boardPlace{PersonID: l.PersonID, Person: l.Name, Team: l.Team, Place: l.Place, Own: l.Own, Attainment: fraction(l.Attainment), Improvement: fraction(l.Improvement), AmountMinor: l.AmountMinor})
	}
	return out
}
