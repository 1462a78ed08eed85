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

// Change is one fact of a person's history with both of its times.
type Change struct {
	Assignment Assignment
	TeamName   string
	Recorded   fact.BatchID
	Superseded fact.BatchID // fact.Open when current
}
