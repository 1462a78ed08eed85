package board

import (
	"slices"

	"xiaoguan/internal/access"
	"xiaoguan/internal/metric"
)

// The shipped boards, one for each kind of reader.
const (
	ForDirector = "director"
	ForRegion   = "region"
	ForTeam     = "team"
	ForSeller   = "seller"
	ForFinance  = "finance"
	ForService  = "service"
	ForHR       = "hr"
	ForProducts = "product"
)

func card(id metric.ID) Tile { return Tile{Kind: KindCard, Metrics: []metric.ID{id}} }

func goal(id metric.ID, amount int64) Tile {
	t := card(id)
	t.Goal = &amount
	return t
}

func trend(id metric.ID) Tile { return Tile{Kind: KindTrend, Metrics: []metric.ID{id}} }

func compare(ids ...metric.ID) Tile { return Tile{Kind: KindCompare, Metrics: ids} }

func ranking(ids ...metric.ID) Tile { return Tile{Kind: KindRanking, Metrics: ids} }

// The metrics that shipped boards name, by the ids of the shipped book.
const (
	attainment  metric.ID = "attainment"
	conversion  metric.ID = "conversion"
	collection  metric.ID = "collection_rate"
	retention   metric.ID = "retention"
	repurchase  metric.ID = "repurchase"
	collected   metric.ID = "collected"
	signed      metric.ID = "signed"
	compliance  metric.ID = "compliance"
	timely      metric.ID = "recording"
	overdueRate metric.ID = "overdue_rate"
	winRate     metric.ID = "win_rate"
	pipeline    metric.ID = "pipeline"
	perHead     metric.ID = "per_head"
	turnover    metric.ID = "turnover"
	headcount   metric.ID = "people"
	covered     metric.ID = "plan_coverage"
	receivable  metric.ID = "receivable"
	refunded    metric.ID = "refunded"
	invoiced    metric.ID = "invoiced"
	dso         metric.ID = "dso"
	newSigned   metric.ID = "customers_signed"
	newEntered  metric.ID = "customers_entered"
	followUps   metric.ID = "follow_ups"
	visits      metric.ID = "visits"
)

// The goals of the product: compliance 90 %, people with a plan 100 %, in parts per million.
const (
	complianceGoal = 900_000
	coverageGoal   = metric.Whole
)

// Shipped are the boards of the roles, in the order in which they are offered.
var Shipped = []Board{
	{ID: ForDirector, Tiles: []Tile{
		card(attainment), card(conversion), card(collection), card(retention),
		trend(attainment), compare(attainment, collected, winRate, collection, retention),
		{Kind: KindFunnel}, {Kind: KindAgeing}, ranking(attainment, collected), {Kind: KindExceptions},
	}},
	{ID: ForRegion, Tiles: []Tile{
		card(attainment), card(conversion), card(collection), goal(compliance, complianceGoal),
		trend(attainment), compare(attainment, collected, winRate, collection, compliance),
		{Kind: KindFunnel}, {Kind: KindAgeing}, ranking(attainment, collected), {Kind: KindExceptions},
	}},
	{ID: ForTeam, Tiles: []Tile{
		card(attainment), card(pipeline), card(winRate), goal(compliance, complianceGoal),
		trend(attainment), compare(attainment, collected, signed, pipeline, compliance),
		card(newSigned), card(newEntered), card(followUps), card(visits),
		{Kind: KindFunnel}, {Kind: KindExceptions, Width: 5}, {Kind: KindAgeing, Width: 6}, {Kind: KindRanking, Metrics: []metric.ID{attainment, collected}, Width: 6},
		{Kind: KindCompare, Metrics: []metric.ID{followUps, visits, newEntered, newSigned, signed}, Width: 12},
	}},
	{ID: ForSeller, Tiles: []Tile{
		card(attainment), card(pipeline), card(winRate), card(collection),
		trend(attainment), {Kind: KindExceptions, Width: 6},
		card(signed), card(conversion), goal(compliance, complianceGoal), card(timely),
		card(newSigned), card(newEntered), card(followUps), card(visits),
	}},
	{ID: ForFinance, Tiles: []Tile{
		card(collected), card(collection), card(overdueRate), card(dso),
		trend(collected), compare(collected, collection, overdueRate, receivable),
		{Kind: KindAgeing, Width: 6}, {Kind: KindExceptions, Width: 6},
		card(signed), card(invoiced), card(refunded), card(receivable),
	}},
	{ID: ForService, Tiles: []Tile{
		card(retention), card(repurchase), goal(compliance, complianceGoal), card(timely),
		trend(retention), {Kind: KindExceptions, Width: 6},
	}},
	{ID: ForHR, Tiles: []Tile{
		card(headcount), card(turnover), goal(covered, coverageGoal), card(perHead),
		trend(headcount), compare(headcount, turnover, covered),
	}},
	{ID: ForProducts, Tiles: []Tile{
		card(signed), card(invoiced), card(collected), card(refunded),
		{Kind: KindProducts, Metrics: []metric.ID{collected, signed, invoiced}, Width: 12},
		{Kind: KindProducts, Metrics: []metric.ID{collected, signed}, By: metric.ByLine, Width: 6}, {Kind: KindTrend, Metrics: []metric.ID{collected}, Width: 6},
	}},
}

// boardsOf are the shipped boards of a role, the one to begin with first. Whoever looks after the installation has none: no number is theirs to see.
var boardsOf = map[access.Role][]string{
	access.RoleSeller:     {ForSeller, ForTeam},
	access.RoleLead:       {ForTeam, ForRegion, ForProducts},
	access.RoleDirector:   {ForDirector, ForRegion, ForTeam, ForFinance, ForProducts},
	access.RoleService:    {ForService},
	access.RoleOperations: {ForDirector, ForRegion, ForTeam, ForFinance, ForService, ForProducts},
	access.RoleFinance:    {ForFinance, ForDirector, ForProducts},
	access.RoleHR:         {ForHR},
	access.RoleAuditor:    {ForDirector, ForFinance, ForHR, ForProducts},
}

// Reads reports whether somebody sees any board's numbers.
func Reads(actor access.Actor) bool { return len(shippedFor(actor)) > 0 }

// shippedFor are the shipped boards that somebody is offered: those of their roles in the order of the grants, a director of regions with that of regions first.
func shippedFor(actor access.Actor) (list []Board) {
	add := func(id string) {
		at := slices.IndexFunc(Shipped, func(b Board) bool { return b.ID == id })
		if !slices.ContainsFunc(list, func(b Board) bool { return b.ID == id }) {
			b := Shipped[at]
			b.Shipped = true
			list = append(list, b)
		}
	}
	for _, g := range actor.Grants {
		if g.Role == access.RoleDirector && g.Scope == access.ScopeRegion {
			add(ForRegion)
		}
		for _, id := range boardsOf[g.Role] {
			add(id)
		}
	}
	return list
}

// DefaultOf is the shipped board that somebody begins with.
func DefaultOf(actor access.Actor) string {
	if list := shippedFor(actor); len(list) > 0 {
		return list[0].ID
	}
	return ForSeller
}
