// Package org is the organisation over time: regions, teams with their leaders, persons with hire, leave, moves and level changes.
//
// It owns people as sellers and managers, not as users of the product (access) and not their pay (payout). All records are facts
// with valid and recorded time (package fact); a change is a new fact.
package org

import (
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/fact"
)

// Level is the layer of a person that plans and honours go by.
type Level string

// The levels; the first three sell.
const (
	LevelNewcomer Level = "newcomer"
	LevelRegular  Level = "regular"
	LevelCore     Level = "core"
	LevelManager  Level = "manager"
	LevelOther    Level = "other"
)

// Levels lists all levels in career order.
var Levels = []Level{LevelNewcomer, LevelRegular, LevelCore, LevelManager, LevelOther}

// Region is a sales region.
type Region struct {
	ID   int64
	Key  string
	Name string
}

// Team is a sales team of a region.
type Team struct {
	ID       int64
	Key      string
	Name     string
	RegionID int64
}

// Leadership is who leads a team over a run of days. Days of one team do not overlap.
type Leadership struct {
	TeamID   int64
	PersonID int64
	Days     calendar.Interval
}

// Person is somebody who sells, leads or serves. Left is the first day no longer employed, calendar.Forever if none.
type Person struct {
	ID    int64
	Key   string // employee number, unique
	Name  string
	Hired calendar.Date
	Left  calendar.Date
}

// Assignment is where and as what a person works over a run of days. Days of one person do not overlap; TeamID 0 is no team.
type Assignment struct {
	PersonID int64
	Days     calendar.Interval
	TeamID   int64
	Level    Level
	Roles    []string // further roles, sorted
}

// Member is a person with the assignment of one day, as lists show it.
type Member struct {
	Person
	Assignment Assignment
	TeamName   string
	RegionID   int64
	RegionName string
	Leads      []int64 // teams led that day
}

// Change is one fact of where a person works, with both of its times.
type Change struct {
	Assignment Assignment
	TeamName   string
	Mark       fact.Mark
}

// PersonChange is one fact of who a person is and from when to when employed.
type PersonChange struct {
	Person Person
	Mark   fact.Mark
}

// LeadChange is one fact of a team that a person leads.
type LeadChange struct {
	Leadership Leadership
	TeamName   string
	Mark       fact.Mark
}

// TeamNode is a team in the tree with who leads it and how many are in it on the day.
type TeamNode struct {
	Team
	LeaderID   int64 // 0 when nobody leads it
	LeaderName string
	People     int64
}

// RegionNode is a region in the tree with its teams in the order of their keys.
type RegionNode struct {
	Region
	Teams  []TeamNode
	People int64
}
